"""The admin of a record that several people may edit at once."""

import re
from contextlib import nullcontext
from dataclasses import replace

from django.contrib import messages
from django.contrib.admin import ActionLocation, actions
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from editing.merge_forms import MergingForm, MergingModelFormSet, sentence
from editing.models import PUBLISH
from editing.open_forms import close, keep_open, others
from history.admin import HistoryAdmin, comment_of
from history.recording import last_change, recording
from languages.draft_cookie import forget_draft

ROW_OF_LIST = re.compile(r"form-\d+-id")


def delete_selected(admin, request, queryset):
    """Delete as Django does, but nothing that has changed since the person was asked."""
    pks = sorted(queryset.select_for_update().values_list("pk", flat=True))
    now = admin.newest_change(pks)
    if request.POST.get("post") and request.POST.get("seen") != now:
        text = _("Somebody has changed what you chose. Nothing was deleted. Look at it again.")
        admin.message_user(request, text, messages.ERROR)
        request.POST = request.POST.copy()
        del request.POST["post"]
    response = actions.delete_selected(admin, request, queryset)
    if response is not None:
        response.context_data["seen"] = now
    return response


class MergingAdmin(HistoryAdmin):
    """Saves what each person changed and no more, as one revision with its author."""

    form = MergingForm
    change_form_template = "editing/change_form.html"
    change_list_template = "editing/change_list.html"
    delete_confirmation_template = "editing/delete_confirmation.html"
    delete_selected_confirmation_template = "editing/delete_selected_confirmation.html"

    def _changeform_view(self, request, object_id, form_url, extra_context):
        # Django has begun the transaction of this page: none of it is kept where a part fails.
        context = {"draft": self.draft_key(request, object_id)} | (extra_context or {})
        if object_id is not None and unquote(object_id).isdecimal():
            record = int(unquote(object_id))
            context["presence"] = reverse(self.address("presence"), args=[record])
            # Asked for when the form is shown, and not when it is saved.
            context["others"] = SimpleLazyObject(
                lambda: others(request.user, self.opts.label_lower, record)
            )
        with self.recorded(request, savepoint=False):
            if request.method == "POST" and object_id is not None:
                self.lock(unquote(object_id))
            return super()._changeform_view(request, object_id, form_url, context)

    def draft_key(self, request, object_id=None):
        """Return what the browser calls the draft of a form by."""
        return f"{request.user.pk} {self.opts.label_lower} {object_id or 'add'}"

    def response_add(self, request, obj, post_url_continue=None):
        response = super().response_add(request, obj, post_url_continue)
        return forget_draft(response, self.draft_key(request))

    def response_change(self, request, obj):
        response = super().response_change(request, obj)
        return forget_draft(response, self.draft_key(request, obj.pk))

    def get_urls(self):
        presence = self.path("<int:record>/presence/", self.presence_view, "presence")
        return [presence, *super().get_urls()]

    def presence_view(self, request, record):
        """Note that a form is open, or left, and answer who else has it open."""
        if request.method != "POST" or not self.has_view_or_change_permission(request):
            raise PermissionDenied
        if self.get_object(request, str(record)) is None:
            raise Http404
        label = self.opts.label_lower
        if request.POST.get("leaves"):
            close(request.user, label, record)
        else:
            keep_open(request.user, label, record)
        return JsonResponse({"sentence": others(request.user, label, record)})

    def delete_view(self, request, object_id, extra_context=None):
        with self.recorded(request):
            if request.method == "POST":
                self.lock(unquote(object_id))
            record = self.get_object(request, unquote(object_id))
            now = self.newest_change([record.pk]) if record else ""
            is_sent = request.method == "POST" and self.has_delete_permission(request)
            if is_sent and request.POST.get("seen") != now:
                text = _("%(what)s It was not deleted. Look at it again.")
                text %= {"what": sentence(last_change(self.model, unquote(object_id)))}
                self.message_user(request, text, messages.ERROR)
                return redirect(request.get_full_path())
            return super().delete_view(request, object_id, {"seen": now} | (extra_context or {}))

    def get_actions(self, request, action_location=ActionLocation.CHANGE_LIST):
        offered = super().get_actions(request, action_location)
        if "delete_selected" in offered:
            offered["delete_selected"] = replace(offered["delete_selected"], func=delete_selected)
        return offered

    def recorded(self, request, *, savepoint=True):
        if request.method != "POST":
            return nullcontext()
        return recording(request.user, comment_of(request), savepoint=savepoint)

    def lock(self, pk):
        """Lock a record and its rows, parents first, so that what is compared stays as it is."""
        try:
            record = self.model._base_manager.select_for_update().filter(pk=pk).first()
        except (ValueError, ValidationError):
            return  # no number of a record; the view says so
        if record:
            for model, key in self.models_of_rows().items():
                rows = model._base_manager.select_for_update().filter(**{key: record.pk})
                list(rows.order_by("pk").values_list("pk"))

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        if request.method != "POST":
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        context = {
            **self.admin_site.each_context(request),
            "title": _("This record was deleted"),
            "opts": opts,
            "what": sentence(last_change(self.model, object_id)),
            "typed": list(self.typed(request.POST)),
        }
        return TemplateResponse(request, "editing/gone.html", context, status=410)

    def typed(self, sent):
        """Yield the name, the language and the text of each field that a sent form changed."""
        models_of_form = [self.model, *self.models_of_rows()]
        fields = {
            field.name: field for model in models_of_form for field in model._meta.concrete_fields
        }
        for name, text in sent.items():
            field = fields.get(name.rpartition("-")[2])
            # A new row has shown nothing; a box that is ticked sends other words than it shows.
            is_text = isinstance(field, models.CharField | models.TextField)
            shown = sent.get(f"initial-{name}", "" if is_text else text)
            if field and not isinstance(field, models.BooleanField) and text != shown:
                yield field.verbose_name, getattr(field, "language", ""), text

    def save_model(self, request, obj, form, change):
        if not change:
            super().save_model(request, obj, form, change)
        elif form.changed_data:
            obj.save(update_fields=form.changed_columns())

    def changelist_view(self, request, extra_context=None):
        with self.recorded(request):
            if "_save" in request.POST:  # records that are edited in the list
                keys = [key for name, key in request.POST.items() if ROW_OF_LIST.fullmatch(name)]
                rows = self.model._base_manager.filter(pk__in=filter(str.isdecimal, keys))
                list(rows.select_for_update().order_by("pk").values_list("pk"))
            return super().changelist_view(request, extra_context)

    def may_restore(self, request, change):
        """What says whether readers see a page is restored by those who may publish."""
        may_publish = "is_published" not in change.state or request.user.has_perm(PUBLISH)
        return may_publish and super().may_restore(request, change)

    def has_publish_permission(self, request):
        """Whether this person may publish, as actions ask."""
        return request.user.has_perm(PUBLISH)

    def get_changelist_form(self, request, **options):
        return super().get_changelist_form(request, **{"form": MergingForm} | options)

    def get_changelist_formset(self, request, **options):
        return super().get_changelist_formset(request, **{"formset": MergingModelFormSet} | options)
