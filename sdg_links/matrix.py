"""The matrix of goals and SDGs, in whose cells stand the claims that link them."""

from typing import NamedTuple

from goals.models import Goal
from sdg_links.models import Sdg, SdgLink


class MatrixRow(NamedTuple):
    """An SDG and, for each goal in order, the links between the two."""

    sdg: Sdg
    cells: list


def matrix(bases):
    """Return the published goals, a MatrixRow per SDG and all links, of the given bases only."""
    goals = list(Goal.objects.published())
    links = SdgLink.objects.published().filter(basis__in=bases).select_related("goal", "sdg")
    links = list(links.order_by("sdg__number", "goal__number", "target"))
    found = {}
    for link in links:
        found.setdefault((link.sdg_id, link.goal_id), []).append(link)
    rows = [
        MatrixRow(sdg, [MatrixCell(goal, found.get((sdg.pk, goal.pk), [])) for goal in goals])
        for sdg in Sdg.objects.all()
    ]
    return goals, rows, links


class MatrixCell(NamedTuple):
    """The links between a goal and an SDG."""

    goal: Goal
    links: list

    @property
    def bases(self):
        """The bases of the links, the strongest claim first, each once."""
        found = {link.basis for link in self.links}
        return [basis for basis in SdgLink.Basis if basis in found]
