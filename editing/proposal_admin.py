"""Proposals in the admin: authors send them from a record's form, publishers decide on them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.forms import BaseFormSet, Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, gettext_lazy

from editing.merge_forms import MergingForm, sent_texts
from editing.models import PUBLISH, Proposal, ProposalState, ProposedChange
from editing.proposals import (
    accept,
    as_form_text,
    proposal_items,
    propose,
    proposed_changes,
    proposed_deletion,
    proposed_row,
    refuse,
)
from history.actors import signed_in
from history.admin import form_address, revision_comment
from history.admin_filters import NameFilter, ReadOnly, name_column
from languages.draft_cookie import forget_draft
from languages.languages import source_language
from search.lookups import RecordedSearch

BUTTON = "_propose"  # the name of the button that sends a form as a proposal

if TYPE_CHECKING:  # ProposingAdmin is a mixin, whose children are of MergingAdmin too
    from django.contrib.admin.models import LogEntry

    from editing.merge_admin import MergingAdmin as _Base
else:
    _Base = object


class ProposalRequest(HttpRequest):
    """A request that sends a proposal, with the changes that were collected so far."""

    proposed: list[ProposedChange]


def as_proposal(request: HttpRequest) -> ProposalRequest:
    """Return a request for which ProposingAdmin.is_proposal() is true."""
    return cast("ProposalRequest", request)


class ProposingAdmin(_Base):
    """Mixin for an admin whose forms may be sent as proposals, which change no record.

    The proposed changes are collected in ProposalRequest.proposed while Django saves the form.
    """

    def is_proposal(self, request: HttpRequest) -> bool:
        """Whether a request sends the form of a stored record as a proposal."""
        match = request.resolver_match
        is_stored = match is not None and "object_id" in match.kwargs
        return request.method == "POST" and is_stored and BUTTON in request.POST

    def save_model(self, request: HttpRequest, obj: Model, form: MergingForm, change: bool) -> None:
        if self.is_proposal(request):
            as_proposal(request).proposed = proposed_changes(form)
        else:
            super().save_model(request, obj, form, change)

    def save_related(
        self,
        request: HttpRequest,
        form: MergingForm,
        formsets: "Sequence[BaseFormSet[MergingForm]]",
        change: bool,
    ) -> None:
        if not self.is_proposal(request):
            super().save_related(request, form, formsets, change)
            return
        proposed = as_proposal(request).proposed
        rows = [row for formset in formsets for row in formset.forms if not row.is_gone]
        for number, row in enumerate(rows, 1):
            is_deleted = row.cleaned_data.get("DELETE", False)
            if is_deleted:
                proposed += proposed_deletion(row) if row.is_stored else []
            elif row.has_changed():
                proposed += proposed_changes(row) if row.is_stored else proposed_row(row, number)

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Form,
        formsets: "Iterable[BaseFormSet[Any]]",
        add: bool = False,
    ) -> list[dict[str, dict[str, list[str]]]]:
        if self.is_proposal(request):
            return []
        return super().construct_change_message(request, form, formsets, add)

    # Django does not use the answer.
    def log_change(  # type: ignore[override]
        self, request: HttpRequest, obj: Model, message: Any
    ) -> "LogEntry | None":
        return None if self.is_proposal(request) else super().log_change(request, obj, message)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        if not self.is_proposal(request):
            return super().response_change(request, obj)
        proposed = as_proposal(request).proposed
        if not proposed:
            text = gettext("You have changed nothing, so there is nothing to propose.")
            self.message_user(request, text, messages.WARNING)
            return redirect(request.get_full_path())
        stored = type(obj)._base_manager.get(pk=obj.pk)
        propose(stored, signed_in(request), proposed, revision_comment(request))
        text = gettext("Your proposal waits for a publisher. Readers see the page as it was.")
        self.message_user(request, text, messages.SUCCESS)
        return forget_draft(redirect(self.url_name("changelist")), self.draft_key(request, obj.pk))


class ProposerFilter(NameFilter):
    """Filters by the name of the author."""

    title = gettext_lazy("name of the author")
    parameter_name = "author_name"


@admin.register(Proposal)
class ProposalAdmin(ReadOnly, RecordedSearch, admin.ModelAdmin):
    """Shows proposals, which publishers accept or refuse."""

    list_display = ["label", "author", "made", "state", "decider"]
    list_filter = ["state", ProposerFilter]
    search_fields = ["label", "author_name"]
    author = name_column("author_name", gettext_lazy("name of the author"))
    decider = name_column("decided_by", gettext_lazy("decided by"))
    template = "editing/proposal.html"

    def may_decide(self, request: HttpRequest, proposal: Proposal) -> bool:
        """Whether this person may publish, and may make each of the proposed changes."""
        return request.user.has_perm(PUBLISH) and all(
            request.user.has_perm(permission_for(change)) for change in proposal.changes
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        proposal = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, proposal):
            raise PermissionDenied
        if proposal is None:
            raise Http404
        problem = ""
        if request.method == "POST":
            if not self.may_decide(request, proposal):
                raise PermissionDenied
            try:
                return self.decide(request, proposal)
            except ValidationError as error:
                problem = " ".join(error.messages)
        return self.render_proposal(request, proposal, problem)

    def decide(self, request: HttpRequest, proposal: Proposal) -> HttpResponse:
        """Accept or refuse a proposal as the form says; raises ValidationError."""
        sent = {name: text.replace("\r\n", "\n") for name, text in sent_texts(request.POST).items()}
        if "_refuse" in sent:
            refuse(proposal, signed_in(request), sent.get("reason", ""))
            text = gettext("The proposal was refused.")
        else:
            seen, texts = without_prefix(sent, "seen-"), without_prefix(sent, "text-")
            accept(proposal, signed_in(request), seen, texts)
            text = gettext("The proposal was accepted, and the changes are made.")
        self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:editing_proposal_changelist")

    def render_proposal(
        self, request: HttpRequest, proposal: Proposal, problem: str
    ) -> TemplateResponse:
        """Return the page of a proposal; `problem` is an error message or ""."""
        rows = [
            {
                "item": item,
                "stored": as_form_text(item.stored),
                "text": request.POST.get(f"text-{item.key}", item.proposed),
            }
            for item in proposal_items(proposal)
        ]
        model = apps.get_model(proposal.model)
        record = model._base_manager.filter(pk=proposal.record).first()
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Proposal: %(record)s") % {"record": proposal.label},
            "opts": self.opts,
            "proposal": proposal,
            "rows": rows,
            "source_language": source_language(),
            "problem": problem,
            "reason": request.POST.get("reason", ""),
            "form_address": form_address(record) if record else "",
            "may_decide": proposal.state == ProposalState.OPEN
            and self.may_decide(request, proposal),
        }
        return TemplateResponse(request, self.template, context)


def permission_for(change: ProposedChange) -> str:
    """Return the name of the permission that a proposed change needs: "goals.change_goal"."""
    opts = apps.get_model(change["model"])._meta
    action = "add" if "row" in change else "change" if change["column"] else "delete"
    return f"{opts.app_label}.{action}_{opts.model_name}"


def without_prefix(values: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the items of a dictionary whose keys have a prefix, by the rest of the key."""
    return {
        name.removeprefix(prefix): text for name, text in values.items() if name.startswith(prefix)
    }
