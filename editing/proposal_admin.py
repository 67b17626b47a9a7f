"""Proposals in the admin: authors send them from a record's form, publishers decide on them."""

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, gettext_lazy

from editing.models import PUBLISH, Proposal, ProposalState
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
from history.admin import form_address, revision_comment
from history.admin_filters import NameFilter, ReadOnly, name_column
from languages.draft_cookie import forget_draft
from languages.languages import source_language
from search.lookups import RecordedSearch

BUTTON = "_propose"  # the name of the button that sends a form as a proposal


class ProposingAdmin:
    """Mixin for an admin whose forms may be sent as proposals, which change no record.

    The proposed changes are collected in `request.proposed` while Django saves the form.
    """

    def is_proposal(self, request):
        """Whether a request sends the form of a stored record as a proposal."""
        is_stored = "object_id" in request.resolver_match.kwargs
        return request.method == "POST" and is_stored and BUTTON in request.POST

    def save_model(self, request, obj, form, change):
        if self.is_proposal(request):
            request.proposed = proposed_changes(form)
        else:
            super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        if not self.is_proposal(request):
            super().save_related(request, form, formsets, change)
            return
        rows = [row for formset in formsets for row in formset.forms if not row.is_gone]
        for number, row in enumerate(rows, 1):
            is_deleted = row.cleaned_data.get("DELETE", False)
            if is_deleted:
                request.proposed += proposed_deletion(row) if row.is_stored else []
            elif row.has_changed():
                request.proposed += (
                    proposed_changes(row) if row.is_stored else proposed_row(row, number)
                )

    def construct_change_message(self, request, form, formsets, add=False):
        if self.is_proposal(request):
            return []
        return super().construct_change_message(request, form, formsets, add)

    def log_change(self, request, obj, message):
        if not self.is_proposal(request):
            super().log_change(request, obj, message)

    def response_change(self, request, obj):
        if not self.is_proposal(request):
            return super().response_change(request, obj)
        if not request.proposed:
            text = gettext("You have changed nothing, so there is nothing to propose.")
            self.message_user(request, text, messages.WARNING)
            return redirect(request.get_full_path())
        stored = type(obj)._base_manager.get(pk=obj.pk)
        propose(stored, request.user, request.proposed, revision_comment(request))
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

    def may_decide(self, request, proposal):
        """Whether this person may publish, and may make each of the proposed changes."""
        return request.user.has_perm(PUBLISH) and all(
            request.user.has_perm(permission_for(change)) for change in proposal.changes
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
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

    def decide(self, request, proposal):
        """Accept or refuse a proposal as the form says; raises ValidationError."""
        sent = {name: text.replace("\r\n", "\n") for name, text in request.POST.items()}
        if "_refuse" in sent:
            refuse(proposal, request.user, sent.get("reason", ""))
            text = gettext("The proposal was refused.")
        else:
            seen, texts = without_prefix(sent, "seen-"), without_prefix(sent, "text-")
            accept(proposal, request.user, seen, texts)
            text = gettext("The proposal was accepted, and the changes are made.")
        self.message_user(request, text, messages.SUCCESS)
        return redirect("admin:editing_proposal_changelist")

    def render_proposal(self, request, proposal, problem):
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


def permission_for(change):
    """Return the name of the permission that a proposed change needs: "goals.change_goal"."""
    opts = apps.get_model(change["model"])._meta
    action = "add" if "row" in change else "change" if change["column"] else "delete"
    return f"{opts.app_label}.{action}_{opts.model_name}"


def without_prefix(values, prefix):
    """Return the items of a dictionary whose keys have a prefix, by the rest of the key."""
    return {
        name.removeprefix(prefix): text for name, text in values.items() if name.startswith(prefix)
    }
