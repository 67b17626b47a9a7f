"""The admin of records that several people may edit at the same time."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ActionLocation, actions
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from editing.merge_forms import (
    MergingForm,
    MergingModelFormSet,
    describe_change,
    sent_texts,
)
from editing.models import PUBLISH
from editing.open_forms import describe_other_editors, mark_closed, mark_open
from editing.publishing_rights import must_propose, was_public
from editing.undo_admin import return_view
from history.actors import signed_in
from history.admin import HistoryAdmin, revision_comment
from history.locking import lock_record
from history.models import Change
from history.recording import Recorder, last_change, recording
from languages.draft_cookie import forget_draft

if TYPE_CHECKING:
    from django.contrib.admin.options import Action
    from django.db.models.options import Options
    from django.utils.functional import _StrOrPromise  # a name of django-stubs

LIST_ROW_ID = re.compile(r"form-\d+-id")  # the field with the key of a row in a change list


def delete_selected(
    admin: "MergingAdmin", request: HttpRequest, queryset: models.QuerySet[Any]
) -> TemplateResponse | None:
    """Delete as Django's action does, but nothing that has changed since the confirmation page."""
    pks = list(queryset.select_for_update().order_by("pk").values_list("pk", flat=True))
    token = admin.change_token(pks)
    if request.POST.get("post") and request.POST.get("seen") != token:
        text = _("Somebody has changed what you chose. Nothing was deleted. Look at it again.")
        admin.message_user(request, text, messages.ERROR)
        sent = request.POST.copy()
        del sent["post"]
        request.POST = sent  # type: ignore[assignment]  # django-stubs: only what cannot change
    if request.POST.get("post"):
        waiting = admin.propose_deletions(request, queryset)
        queryset = queryset.exclude(pk__in=waiting)
        if waiting and not queryset.exists():
            return None
    response = actions.delete_selected(admin, request, queryset)
    if response is not None and response.context_data is not None:
        response.context_data["seen"] = token
        records = list(queryset)
        response.context_data |= admin.deletion_context(records)
        response.context_data["waits"] = any(must_propose(request, record) for record in records)
    return response


class MergingAdmin(HistoryAdmin):
    """Admin that saves only the columns that the person changed, as one revision of theirs."""

    form = MergingForm
    change_form_template = "editing/change_form.html"
    change_list_template = "editing/change_list.html"
    delete_confirmation_template = "editing/delete_confirmation.html"
    delete_selected_confirmation_template = "editing/delete_selected_confirmation.html"

    def _changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> HttpResponse:
        # Django has begun the transaction of this view: it is rolled back where a part fails.
        context: dict[str, Any] = {
            "draft": self.draft_key(request, object_id),
            **(extra_context or {}),
        }
        if object_id is not None and unquote(object_id).isdecimal():
            record = int(unquote(object_id))
            context["presence"] = reverse(self.url_name("presence"), args=[record])
            # Lazy, so that saving needs no query for it.
            context["others"] = SimpleLazyObject(
                lambda: describe_other_editors(signed_in(request), self.opts.label_lower, record)
            )
        with self.request_recording(request, savepoint=False):
            if request.method == "POST" and object_id is not None:
                self.lock(unquote(object_id))
            return super()._changeform_view(request, object_id, form_url, context)

    def draft_key(self, request: HttpRequest, object_id: str | int | None = None) -> str:
        """Return the key of the draft of a form in the browser's local storage."""
        return f"{request.user.pk} {self.opts.label_lower} {object_id or 'add'}"

    def response_add(
        self, request: HttpRequest, obj: models.Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        return forget_draft(response, self.draft_key(request))

    def response_change(self, request: HttpRequest, obj: models.Model) -> HttpResponse:
        response = super().response_change(request, obj)
        return forget_draft(response, self.draft_key(request, obj.pk))

    def get_urls(self) -> list[URLPattern]:
        presence = self.url_pattern("<int:record>/presence/", self.presence_view, "presence")
        as_of = self.url_pattern("<int:record>/as-of/", partial(return_view, self), "as_of")
        return [presence, as_of, *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().history_view(request, object_id, extra_context)
        context = response.context_data if isinstance(response, TemplateResponse) else None
        if context is not None and context.get("original") is not None:
            context["as_of"] = reverse(self.url_name("as_of"), args=[context["original"].pk])
        return response

    def presence_view(self, request: HttpRequest, record: int) -> JsonResponse:
        """Store that a form is open or left; return, as JSON, a sentence on who else has it open.

        Raises PermissionDenied, and Http404 where the record does not exist.
        """
        if request.method != "POST" or not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if self.get_object(request, str(record)) is None:
            raise Http404
        label, person = self.opts.label_lower, signed_in(request)
        if request.POST.get("leaves"):
            mark_closed(person, label, record)
        else:
            mark_open(person, label, record)
        return JsonResponse({"sentence": describe_other_editors(person, label, record)})

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        with self.request_recording(request):
            if request.method == "POST":
                self.lock(unquote(object_id))
            record = self.get_object(request, unquote(object_id))
            token = self.change_token([record.pk]) if record else ""
            is_sent = request.method == "POST" and self.has_delete_permission(request)
            if is_sent and request.POST.get("seen") != token:
                text = _("%(what)s It was not deleted. Look at it again.")
                text %= {"what": describe_change(last_change(self.model, unquote(object_id)))}
                self.message_user(request, text, messages.ERROR)
                return redirect(request.get_full_path())
            context = {"seen": token} | (extra_context or {})
            if record and not is_sent:
                context |= self.deletion_context([record])
                context["waits"] = must_propose(request, record)
            return super().delete_view(request, object_id, context)

    def deletion_context(self, records: Sequence[models.Model]) -> dict[str, Any]:
        """Return what the page that asks whether to delete records shows beside their names."""
        return {}

    def propose_deletions(self, request: HttpRequest, records: models.QuerySet[Any]) -> list[int]:
        """Return the keys of the records whose deletion was proposed instead (ProposingAdmin)."""
        return []

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> "dict[str, Action | None]":
        available = super().get_actions(request, action_location)
        if action := available.get("delete_selected"):
            function: Callable[..., TemplateResponse | None] = delete_selected
            available["delete_selected"] = replace(action, func=function)
        return available

    def request_recording(
        self, request: HttpRequest, *, savepoint: bool = True
    ) -> AbstractContextManager[Recorder | None]:
        """Return recording() with the author and the comment of a POST request."""
        if request.method != "POST":
            return nullcontext()
        return recording(request.user, revision_comment(request), savepoint=savepoint)

    def lock(self, pk: str) -> None:
        """Lock a record and then its rows until the end of the transaction, for comparing them."""
        try:
            record = lock_record(self.model, pk)
        except (ValueError, ValidationError):
            return  # not a key; the view answers that there is no such record
        if record:
            for model, column in self.inline_foreign_keys().items():
                rows = model._base_manager.select_for_update().filter(**{column: record.pk})
                list(rows.order_by("pk").values_list("pk"))

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: "Options[Any]", object_id: str
    ) -> HttpResponse:
        if request.method != "POST":
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("This record was deleted"),
            "opts": opts,
            "what": describe_change(last_change(self.model, object_id)),
            "typed": list(self.typed_values(request.POST)),
        }
        return TemplateResponse(request, "editing/gone.html", context, status=410)

    def typed_values(self, data: QueryDict) -> "Iterator[tuple[_StrOrPromise, str, str]]":
        """Yield the label, language ("" for none) and value of each field that a form changed."""
        form_models = [self.model, *self.inline_foreign_keys()]
        fields = {
            field.name: field for model in form_models for field in model._meta.concrete_fields
        }
        for name, text in sent_texts(data).items():
            field = fields.get(name.rpartition("-")[2])
            # A new row has no initial value; a checkbox sends another text than its initial one.
            is_text = isinstance(field, models.CharField | models.TextField)
            initial = data.get(f"initial-{name}", "" if is_text else text)
            if field and not isinstance(field, models.BooleanField) and text != initial:
                yield field.verbose_name, getattr(field, "language", ""), text

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: MergingForm, change: bool
    ) -> None:
        if not change:
            super().save_model(request, obj, form, change)
        elif form.changed_data:
            obj.save(update_fields=form.changed_columns())

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        with self.request_recording(request):
            if "_save" in request.POST:  # the records that are edited in the list are locked
                sent = sent_texts(request.POST)
                keys = [key for name, key in sent.items() if LIST_ROW_ID.fullmatch(name)]
                rows = self.model._base_manager.filter(pk__in=filter(str.isdecimal, keys))
                list(rows.select_for_update().order_by("pk").values_list("pk"))
            return super().changelist_view(request, extra_context)

    def may_restore(self, request: HttpRequest, change: Change) -> bool:
        """Whether this person may restore a change; what readers see or saw needs PUBLISH too."""
        may_publish = request.user.has_perm(PUBLISH) or not was_public(change)
        return may_publish and super().may_restore(request, change)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether this person may publish; for actions with `permissions=["publish"]`."""
        return request.user.has_perm(PUBLISH)

    def get_changelist_form(
        self, request: HttpRequest, **options: Any
    ) -> "type[forms.ModelForm[Any]]":
        return super().get_changelist_form(request, **{"form": MergingForm} | options)

    def get_changelist_formset(
        self, request: HttpRequest, **options: Any
    ) -> "type[forms.BaseModelFormSet[Any, Any]]":
        return super().get_changelist_formset(request, **{"formset": MergingModelFormSet} | options)
