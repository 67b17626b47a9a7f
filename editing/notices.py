"""Mails about proposals, for publishers and authors; each person chooses which (notifications)."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from editing.models import PUBLISH, Proposal, ProposalState
from history.actors import Account, shown_name
from notifications.models import Kind
from notifications.outbox import queue

TEMPLATES = {
    Kind.PROPOSAL_WAITS: "editing/email/proposal_waits",
    Kind.PROPOSAL_OVERDUE: "editing/email/proposal_overdue",
    Kind.PROPOSAL_ACCEPTED: "editing/email/proposal_accepted",
    Kind.PROPOSAL_REFUSED: "editing/email/proposal_refused",
}


def tell_publishers(proposal: Proposal, kind: Kind = Kind.PROPOSAL_WAITS) -> None:
    """Queue a mail about a proposal to all who may decide on it, but not to its author."""
    if settings.NOTIFY_BY_MAIL:
        people = get_user_model()._default_manager.with_perm(PUBLISH)
        tell(people.filter(is_staff=True).exclude(username=proposal.author_name), proposal, kind)


def tell_author(proposal: Proposal) -> None:
    """Queue a mail to the author about what became of a proposal; not of an own decision."""
    author = proposal.author
    if author is not None and author.get_username() != proposal.decided_by:
        is_accepted = proposal.state == ProposalState.ACCEPTED
        tell([author], proposal, Kind.PROPOSAL_ACCEPTED if is_accepted else Kind.PROPOSAL_REFUSED)


def tell(people: Iterable[Account], proposal: Proposal, kind: Kind) -> None:
    """Queue a mail of a kind about a proposal to some people."""
    context = {
        "proposal": proposal,
        "record": isolate(proposal.label),
        "author": isolate(shown_name(proposal.author_name)),
        "person": isolate(proposal.decided_by),
        "origin": settings.PUBLIC_ORIGIN,
        "days": settings.PROPOSAL_OVERDUE_DAYS,
    }
    for person in people:
        queue(person, kind, TEMPLATES[kind], context)


def isolate(text: str) -> str:
    """Return a text in plain text's marks of isolation, for a sentence of any direction."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def remind_overdue(**options: object) -> int:
    """Queue one mail about each proposal that has waited too long (due_mails_wanted).

    Returns the number of proposals. The term is PROPOSAL_OVERDUE_DAYS; 0 for never.
    """
    if not (settings.NOTIFY_BY_MAIL and settings.PROPOSAL_OVERDUE_DAYS):
        return 0
    number = 0
    for pk in list(overdue_proposals().filter(reminded_at=None).values_list("pk", flat=True)):
        with transaction.atomic():
            waiting = Proposal.objects.filter(pk=pk, reminded_at=None, state=ProposalState.OPEN)
            if waiting.update(reminded_at=timezone.now()):
                tell_publishers(Proposal.objects.get(pk=pk), Kind.PROPOSAL_OVERDUE)
                number += 1
    return number


def overdue_proposals() -> QuerySet[Proposal]:
    """Return the open proposals that have waited for PROPOSAL_OVERDUE_DAYS."""
    since = timezone.now() - timedelta(days=settings.PROPOSAL_OVERDUE_DAYS)
    return Proposal.objects.filter(state=ProposalState.OPEN, made__lte=since)
