"""The matrix of goals and SDGs; each cell has the links between one goal and one SDG."""

from collections.abc import Collection
from typing import NamedTuple

from goals.models import Goal
from library.editions import records_of_edition
from sdg_links.models import Sdg, SdgLink


class MatrixRow(NamedTuple):
    """An SDG, and a MatrixCell for each published goal in order."""

    sdg: Sdg
    cells: "list[MatrixCell]"


def build_matrix(
    bases: Collection[str], edition: int
) -> tuple[list[Goal], list[MatrixRow], list[SdgLink]]:
    """Return the published goals of an edition, a row for each SDG, and the links.

    Only links with one of the `bases` are included; the list has them by SDG, goal and target.
    """
    goals = records_of_edition(Goal, edition)
    published = SdgLink.objects.published().filter(basis__in=bases, goal__edition=edition)
    links = list(
        published.select_related("goal", "sdg").order_by("sdg__number", "goal__number", "target")
    )
    links_by_cell: dict[tuple[int, int], list[SdgLink]] = {}
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
    links: list[SdgLink]

    @property
    def bases(self) -> list[SdgLink.Basis]:
        """The bases of the links, each once, the strongest claim first."""
        used = {link.basis for link in self.links}
        return [basis for basis in SdgLink.Basis if basis in used]
