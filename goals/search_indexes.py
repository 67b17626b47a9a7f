"""The search indexes of goals and objectives, with the SDGs of the goal as a facet."""

from typing import Any

from django.db.models import CharField, OuterRef, QuerySet, StringAgg, Subquery, Value
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Cast

from goals.models import Goal, Objective
from library.search_indexes import CitedIndex
from search.indexing import register


class GoalIndex[M: (Goal, Objective)](CitedIndex[M]):
    """The index of goals or objectives; its facet "sdg" has the numbers of the goal's SDGs."""

    def expressions(self) -> dict[str, BaseExpression]:
        links: QuerySet[Any] = QuerySet(Goal._meta.get_field("sdg_links").related_model)
        number = Cast("sdg__number", CharField())
        numbers = (
            links.filter(goal=OuterRef(f"{self.container_prefix}pk")).order_by().values("goal")
        )
        numbers = numbers.annotate(numbers=StringAgg(number, Value(" "))).values("numbers")
        return {"numbers": Subquery(numbers)}

    def facets(self, row: Any) -> dict[str, list[str]]:
        return {"sdg": sorted(set((row.numbers or "").split()), key=int)}


def register_indexes() -> None:
    """Register the search indexes of goals and objectives."""
    register(GoalIndex(Goal, "goals", {"sdg_links.sdglink": "sdg_links"}, details="subject"))
    register(GoalIndex(Objective, "goals", {"sdg_links.sdglink": "goal__sdg_links"}))
