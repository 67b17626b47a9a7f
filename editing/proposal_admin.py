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
    checking_publication,
    proposal_items,
    propose,
    proposed_changes,
    proposed_deletion,
    proposed_publishing,
    proposed_record,
    refuse,
)
from editing.publishing_rights import must_propose, translation_columns
from history.actors import signed_in
from history.admin import form_address, revision_comment
from history.admin_filters import NameFilter, ReadOnly, name_column
from history.recording import RecordedModel
from languages.draft_cookie import forget_draft
from languages.languages import source_language
from search.lookups import RecordedSearch
from translations.models import TRANSLATE

BUTTON = "_propose"  # the name of the button that sends a form as a proposal
# What the row of buttons of Django's form would show.
SAVE_BUTTONS = ("show_save", "show_save_and_continue", "show_save_and_add_another")
WAITS = gettext_lazy("Your proposal waits for a publisher. Readers see the page as it was.")

if TYPE_CHECKING:  # ProposingAdmin is a mixin, whose children are of MergingAdmin too
    from django.contrib.admin.models import LogEntry

    from editing.merge_admin import MergingAdmin as _Base
else:
    _Base = object


class ProposalRequest(HttpRequest):
    """A request that sends a proposal, with the changes that were collected so far."""

    proposed: list[ProposedChange]


def as_proposal(request: HttpRequest) -> ProposalRequest:
    """Return a request for which is_proposal() is true."""
    return cast("ProposalRequest", request)


def is_proposal(request: HttpRequest) -> bool:
    """Whether what a request sends is proposed, and changes no record."""
    return hasattr(request, "proposed")


class ProposingAdmin(_Base):
    """Mixin for an admin whose forms become proposals where their author may not publish.

    Whoever may publish sends a proposal with a button of its own. A proposal changes no record: its
    changes are collected in ProposalRequest.proposed. With the same button a draft is sent for
    publication. Translations alone are saved at once, by whoever may translate.
    """

    def may_edit_source(self, request: HttpRequest) -> bool:
        """Whether this person may edit more than translations."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        has_drafts = hasattr(self.model, "is_published")
        publishes = request.user.has_perm(PUBLISH)
        if obj is None:
            context["only_proposes"] = not publishes and not has_drafts
        elif self.has_change_permission(request, obj) and self.may_edit_source(request):
            is_public = obj.is_public()
            context["only_proposes"] = is_public and not publishes
            context["also_proposes"] = is_public and publishes
            context["sends_draft"] = has_drafts and not is_public and not publishes
        if obj is not None:
            context["waiting"] = Proposal.objects.filter(
                model=self.opts.label_lower, record=obj.pk, state=ProposalState.OPEN
            )
        if context.get("only_proposes"):
            context |= dict.fromkeys(SAVE_BUTTONS, False)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Model, form: MergingForm, change: bool) -> None:
        sends = BUTTON in request.POST and change and cast("RecordedModel", obj).is_public()
        if sends or must_propose(request, cast("RecordedModel", obj)):
            as_proposal(request).proposed = []  # save_related() fills it: it knows the rows
        else:
            super().save_model(request, obj, form, change)

    def save_related(
        self,
        request: HttpRequest,
        form: MergingForm,
        formsets: "Sequence[BaseFormSet[MergingForm]]",
        change: bool,
    ) -> None:
        if not is_proposal(request):
            super().save_related(request, form, formsets, change)
            return
        proposed = collect_changes(form, formsets)
        if change and not request.user.has_perm(PUBLISH) and are_translations(request, proposed):
            del as_proposal(request).proposed
            super().save_model(request, form.instance, form, change)
            super().save_related(request, form, formsets, change)
            return
        as_proposal(request).proposed = proposed

    def construct_change_message(
        self,
        request: HttpRequest,
        form: Form,
        formsets: "Iterable[BaseFormSet[Any]]",
        add: bool = False,
    ) -> list[dict[str, dict[str, list[str]]]]:
        if is_proposal(request):
            return []
        return super().construct_change_message(request, form, formsets, add)

    # Django does not use the answer.
    def log_change(  # type: ignore[override]
        self, request: HttpRequest, obj: Model, message: Any
    ) -> "LogEntry | None":
        return None if is_proposal(request) else super().log_change(request, obj, message)

    def log_addition(  # type: ignore[override]
        self, request: HttpRequest, obj: Model, message: Any
    ) -> "LogEntry | None":
        return None if is_proposal(request) else super().log_addition(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        rows: Any = [row for row in queryset if not must_propose(request, row)]
        return super().log_deletions(request, rows) if rows else None

    def response_add(
        self, request: HttpRequest, obj: Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        if not is_proposal(request):
            return super().response_add(request, obj, post_url_continue)
        return forget_draft(self.send(request, obj), self.draft_key(request))

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        if is_proposal(request):
            if not as_proposal(request).proposed:
                text = gettext("You have changed nothing, so there is nothing to propose.")
                self.message_user(request, text, messages.WARNING)
                return redirect(request.get_full_path())
            stored = type(obj)._base_manager.get(pk=obj.pk)
            return forget_draft(self.send(request, stored), self.draft_key(request, obj.pk))
        if BUTTON in request.POST and not getattr(obj, "is_published", True):
            return self.send_draft(request, obj)
        return super().response_change(request, obj)

    def send_draft(self, request: HttpRequest, draft: Model) -> HttpResponse:
        """Propose to publish a draft, and return the answer; not one that may not be published."""
        try:
            checking_publication.send(Proposal, edits=[(draft, {"is_published"})])
        except ValidationError as error:
            text = gettext("The draft is saved, and was not sent: %(problem)s")
            problem = " ".join(error.messages)
            self.message_user(request, text % {"problem": problem}, messages.ERROR)
            return redirect(request.get_full_path())
        as_proposal(request).proposed = proposed_publishing(draft)
        return forget_draft(self.send(request, draft), self.draft_key(request, draft.pk))

    def send(self, request: HttpRequest, record: Model) -> HttpResponse:
        """Store a proposal of what was collected, say so, and return to the list."""
        proposed = as_proposal(request).proposed
        propose(record, signed_in(request), proposed, revision_comment(request))
        self.message_user(request, WAITS, messages.SUCCESS)
        return redirect(self.url_name("changelist"))

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        if must_propose(request, cast("RecordedModel", obj)):
            as_proposal(request).proposed = proposed_deletion(obj)
        else:
            super().delete_model(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        if is_proposal(request):
            return self.send(request, self.model._base_manager.get(pk=obj_id))
        return super().response_delete(request, obj_display, obj_id)

    def propose_deletions(self, request: HttpRequest, records: Iterable[Any]) -> list[int]:
        """Propose to delete those of some records that readers see; return their keys."""
        public = [record for record in records if must_propose(request, record)]
        for record in public:
            author, comment = signed_in(request), revision_comment(request)
            propose(record, author, proposed_deletion(record), comment)
        if public:
            self.message_user(request, WAITS, messages.SUCCESS)
        return [record.pk for record in public]


def collect_changes(
    form: MergingForm, formsets: "Sequence[BaseFormSet[MergingForm]]"
) -> list[ProposedChange]:
    """Return the changes that a valid form and its rows would make."""
    proposed = proposed_changes(form) if form.is_stored else proposed_record(form.instance)
    rows = [row for formset in formsets for row in formset.forms if not row.is_gone]
    for number, row in enumerate(rows, 1):
        is_deleted = row.cleaned_data.get("DELETE", False)
        if is_deleted:
            proposed += proposed_deletion(row.instance) if row.is_stored else []
        elif row.has_changed():
            stored = row.is_stored
            proposed += proposed_changes(row) if stored else proposed_record(row.instance, number)
    return proposed


def are_translations(request: HttpRequest, proposed: Sequence[ProposedChange]) -> bool:
    """Whether some changes are translations alone, and this person may translate."""
    return request.user.has_perm(TRANSLATE) and all(
        "row" not in change
        and change["column"] in translation_columns(apps.get_model(change["model"]))
        for change in proposed
    )


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
