"""The to-do list of the administration: numbers of records that need work, with links to them.

Each function yields items of one kind, and only those that the permissions of the person allow.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from editing.admin import BilingualAdmin
from editing.models import Proposal, ProposalState
from history.admin import form_address
from history.content_version import cached_by_version
from history.models import Change
from history.recording import recorded_models
from languages.fields import translated_fields
from languages.languages import autonym, language_codes
from library.concordance import count_missing
from library.concordance_admin import PERMISSIONS
from library.models import Container, Document, RegisteredCode, Statement
from library.registry_admin import WITHOUT_REASON, without_reason
from portal.content.verification import differences_from_lines
from search.models import UnansweredQuery
from translations.models import TranslationState
from translations.units import rows_to_translate

RECENT_TERM = timedelta(days=7)
MAX_NAMED = 10


@dataclass(frozen=True)
class TodoItem:
    """The number of records that need the same work, and the address of their list.

    `records` names some of them: (code, address of the form). Then there may be no list.
    """

    label: str
    count: int
    address: str
    records: list[tuple[str, str]] = field(default_factory=list)


def todo_items(request: HttpRequest) -> list[TodoItem]:
    """Return the item of each kind of work that is not done, for the person of a request."""
    items = [
        *proposals(request),
        *drafts(request),
        *untranslated(request),
        *outdated_translations(request),
        *unexplained_differences(request),
        *unexplained_withdrawals(request),
        *unfinished_concordances(request),
        *unanswered_queries(request),
        *recent_changes(request),
    ]
    return [item for item in items if item.count]


def viewable_admins(request: HttpRequest, *bases: type) -> Iterator[tuple[BilingualAdmin, str]]:
    """Yield the admin and the address of the list of each model that the person may see.

    Only models with texts in several languages and a recorded history that inherit one of the base
    classes.
    """
    for model, model_admin in admin.site._registry.items():
        if (
            model in recorded_models
            and issubclass(model, bases)
            and isinstance(model_admin, BilingualAdmin)
            and model_admin.has_view_or_change_permission(request)
        ):
            yield model_admin, reverse(model_admin.url_name("changelist"))


def proposals(request: HttpRequest) -> Iterator[TodoItem]:
    """Open proposals."""
    if request.user.has_perm("editing.view_proposal"):
        number = Proposal.objects.filter(state=ProposalState.OPEN).count()
        address = reverse("admin:editing_proposal_changelist")
        yield TodoItem(_("Proposals to decide on"), number, f"{address}?state__exact=open")


def drafts(request: HttpRequest) -> Iterator[TodoItem]:
    """Containers that are not published, by their model."""
    for model_admin, address in viewable_admins(request, Container):
        number = model_admin.model.objects.filter(is_published=False).count()
        name = model_admin.opts.verbose_name_plural
        yield TodoItem(
            _("Drafts: %(name)s") % {"name": name}, number, f"{address}?is_published__exact=0"
        )


def untranslated(request: HttpRequest) -> Iterator[TodoItem]:
    """Records without a text in one of the languages, by their model and the language."""
    for model_admin, address in viewable_admins(request, object):
        if model_admin.model.is_source or not translated_fields(model_admin.model):
            continue
        for code in language_codes():
            number = model_admin.model.objects.filter(model_admin.missing_translation(code)).count()
            label = _("Without %(language)s: %(name)s") % {
                "language": autonym(code),
                "name": model_admin.opts.verbose_name_plural,
            }
            yield TodoItem(label, number, f"{address}?lacking={code}")


def outdated_translations(request: HttpRequest) -> Iterator[TodoItem]:
    """Translations whose source has changed since."""
    if request.user.has_perm("translations.view_translationstate"):
        number = rows_to_translate().filter(state__in=TranslationState.OUTDATED_STATUSES).count()
        address = reverse("admin:translations_translationstate_changelist")
        yield TodoItem(_("Translations older than their source"), number, f"{address}?state=stale")


def unexplained_differences(request: HttpRequest) -> Iterator[TodoItem]:
    """Texts that differ from the line of their document, without a correction for it."""
    if not request.user.has_perm("library.view_correction"):
        return
    number, differing = differing_texts()
    named = [(record.code, form_address(record)) for record in differing]
    label = _("Texts that differ from their line without a correction")
    yield TodoItem(label, number, "", named)


@cached_by_version
def differing_texts() -> tuple[int, list[Container | Statement]]:
    """Return how many texts differ from their line, and the first MAX_NAMED of them.

    All texts are read for it, once after each change.
    """
    differing = (record for record, _problem in differences_from_lines())
    named = list(islice(differing, MAX_NAMED))
    return len(named) + sum(1 for _record in differing), named


def unexplained_withdrawals(request: HttpRequest) -> Iterator[TodoItem]:
    """Codes that were withdrawn, without a reason for readers."""
    if request.user.has_perm("library.change_registeredcode"):
        number = RegisteredCode.objects.filter(without_reason()).count()
        address = reverse("admin:library_registeredcode_changelist")
        yield TodoItem(_("Withdrawn without a reason"), number, f"{address}?{WITHOUT_REASON}")


def unanswered_queries(request: HttpRequest) -> Iterator[TodoItem]:
    """Queries of readers that had no result."""
    if request.user.has_perm("search.view_unansweredquery"):
        address = reverse("admin:search_unansweredquery_changelist")
        yield TodoItem(_("Queries that found nothing"), UnansweredQuery.objects.count(), address)


def recent_changes(request: HttpRequest) -> Iterator[TodoItem]:
    """Changes of the history within RECENT_TERM."""
    if request.user.has_perm("history.view_change"):
        since = timezone.now() - RECENT_TERM
        number = Change.objects.filter(revision__made__gte=since).count()
        address = reverse("admin:history_change_changelist")
        query = urlencode({"revision__made__gte": since.isoformat(timespec="seconds")})
        yield TodoItem(_("Changes of the last 7 days"), number, f"{address}?{query}")


def unfinished_concordances(request: HttpRequest) -> Iterator[TodoItem]:
    """Yield the statements that the concordance of each new edition does not have yet."""
    if not request.user.has_perms(PERMISSIONS):
        return
    for document in Document.objects.filter(replaces__isnull=False).select_related("replaces"):
        yield TodoItem(
            _("Statements that the concordance of %(document)s does not have yet")
            % {"document": document},
            count_missing(document.pk),
            reverse("admin:library_document_concordance", args=[document.pk]),
        )
