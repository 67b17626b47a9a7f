"""The matrix of goals and SDGs; each cell has the links between one goal and one SDG."""

from typing import NamedTuple

from goals.models import Goal
from sdg_links.models import Sdg, SdgLink


class MatrixRow(NamedTuple):
    """An SDG, and a MatrixCell for each published goal in order."""

    sdg: Sdg
    cells: list


def build_matrix(bases):
    """Return (published goals, a MatrixRow for each SDG, links), all as lists.

    Only links with one of the `bases` are included; the list has them by SDG, goal and target.
    """
    goals = list(Goal.objects.published())
    links = SdgLink.objects.published().filter(basis__in=bases).select_related("goal", "sdg")
    links = list(links.order_by("sdg__number", "goal__number", "target"))
    links_by_cell = {}
    for link in links:
        links_by_cell.setdefault((link.sdg_id, link.goal_id), []).append(link)
    rows = [
        MatrixRow(
            sdg, [MatrixCell(goal, links_by_cell.get((sdg.pk, goal.pk), [])) for goal in goals]
        )
        for sdg in Sdg.objects.all()
    ]
    return goals, rows, links


class MatrixCell(NamedTuple):
    """The links between a goal and the SDG of the row."""

    goal: Goal
    links: list

    @property
    def bases(self):
        """The bases of the links, each once, the strongest claim first."""
        used = {link.basis for link in self.links}
        return [basis for basis in SdgLink.Basis if basis in used]
