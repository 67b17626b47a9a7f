"""What a person has proposed, what became of it, and which proposals wait for them."""

from typing import NamedTuple

from django.http import HttpRequest

from editing.models import PUBLISH, Proposal, ProposalState
from editing.notices import overdue_proposals
from history.actors import signed_in

MAX_SHOWN = 10  # proposals in each list


class MyWork(NamedTuple):
    """The newest proposals of a person, and the oldest ones that wait for this person's decision.

    `more` says how many others wait, `overdue` are the keys of those that wait for too long.
    """

    proposed: list[Proposal]
    waiting: list[Proposal]
    more: int
    overdue: set[int]


def my_work(request: HttpRequest) -> MyWork:
    """Return the MyWork of whoever looks at the page; it takes at most four queries."""
    name = signed_in(request).get_username()
    proposed = list(Proposal.objects.filter(author_name=name).defer("changes")[:MAX_SHOWN])
    if not (request.user.has_perm(PUBLISH) and request.user.has_perm("editing.view_proposal")):
        return MyWork(proposed, [], 0, set())
    others = Proposal.objects.filter(state=ProposalState.OPEN).exclude(author_name=name)
    waiting = list(others.defer("changes").order_by("pk")[:MAX_SHOWN])
    more = others.count() - len(waiting) if len(waiting) == MAX_SHOWN else 0
    overdue = set(overdue_proposals().values_list("pk", flat=True)) if waiting else set()
    return MyWork(proposed, waiting, more, overdue)
