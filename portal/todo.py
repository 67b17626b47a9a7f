"""What needs attention in the administration, for each person what that person may mend."""

from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from editing.models import Proposal, ProposalState
from history.admin import form_of
from history.models import Change
from history.recording import registered
from languages.fields import translated_fields
from languages.languages import autonym, codes
from library.models import Container
from portal.content.verification import differing
from search.models import UnansweredQuery
from translations.models import TranslationState
from translations.units import rows_to_translate

RECENT_TERM = timedelta(days=7)
MAX_NAMED = 10


class Matter(NamedTuple):
    """Something to look at: how many, where they are listed, and some of them by name."""

    label: str
    count: int
    address: str
    records: list = []


def matters(request):
    """Return what there is to look at, without what there is none of."""
    found = [
        *proposals(request),
        *drafts(request),
        *untranslated(request),
        *stale(request),
        *broken_citations(request),
        *unanswered(request),
        *recent(request),
    ]
    return [matter for matter in found if matter.count]


def admins(request, *bases):
    """Yield the admin of each registered model that this person may see, with its list."""
    for model, its_admin in admin.site._registry.items():
        if (
            model in registered
            and issubclass(model, bases)
            and (its_admin.has_view_or_change_permission(request))
        ):
            yield its_admin, reverse(its_admin.address("changelist"))


def proposals(request):
    if request.user.has_perm("editing.view_proposal"):
        number = Proposal.objects.filter(state=ProposalState.OPEN).count()
        address = reverse("admin:editing_proposal_changelist")
        yield Matter(_("Proposals to decide on"), number, f"{address}?state__exact=open")


def drafts(request):
    for its_admin, address in admins(request, Container):
        number = its_admin.model.objects.filter(is_published=False).count()
        name = its_admin.opts.verbose_name_plural
        yield Matter(
            _("Drafts: %(name)s") % {"name": name}, number, f"{address}?is_published__exact=0"
        )


def untranslated(request):
    for its_admin, address in admins(request, object):
        if its_admin.model.is_source or not translated_fields(its_admin.model):
            continue
        for code in codes():
            number = its_admin.model.objects.filter(its_admin.lacking(code)).count()
            label = _("Without %(language)s: %(name)s") % {
                "language": autonym(code),
                "name": its_admin.opts.verbose_name_plural,
            }
            yield Matter(label, number, f"{address}?lacking={code}")


def stale(request):
    if request.user.has_perm("translations.view_translationstate"):
        number = rows_to_translate().filter(state__in=TranslationState.STALE).count()
        address = reverse("admin:translations_translationstate_changelist")
        yield Matter(_("Translations older than their source"), number, f"{address}?state=stale")


def broken_citations(request):
    """Texts that are not what their line says, with no correction that says why."""
    if not request.user.has_perm("library.view_correction"):
        return
    found = [record for record, _problem in differing()]
    named = [(record.code, form_of(record)) for record in found[:MAX_NAMED]]
    label = _("Texts that differ from their line without a correction")
    yield Matter(label, len(found), "", named)


def unanswered(request):
    if request.user.has_perm("search.view_unansweredquery"):
        address = reverse("admin:search_unansweredquery_changelist")
        yield Matter(_("Queries that found nothing"), UnansweredQuery.objects.count(), address)


def recent(request):
    if request.user.has_perm("history.view_change"):
        since = timezone.now() - RECENT_TERM
        number = Change.objects.filter(revision__made__gte=since).count()
        address = reverse("admin:history_change_changelist")
        query = urlencode({"revision__made__gte": since.isoformat(timespec="seconds")})
        yield Matter(_("Changes of the last 7 days"), number, f"{address}?{query}")
