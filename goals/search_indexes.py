"""How goals and objectives are found: by their words, and by the SDGs that the goal serves."""

from django.db.models import CharField, OuterRef, QuerySet, StringAgg, Subquery, Value
from django.db.models.functions import Cast

from goals.models import Goal, Objective
from library.search_indexes import CitedIndex
from search.indexing import register


class GoalIndex(CitedIndex):
    def expressions(self):
        links = QuerySet(Goal._meta.get_field("sdg_links").related_model)
        number = Cast("sdg__number", CharField())
        numbers = links.filter(goal=OuterRef(f"{self.title}pk")).order_by().values("goal")
        numbers = numbers.annotate(numbers=StringAgg(number, Value(" "))).values("numbers")
        return {"numbers": Subquery(numbers)}

    def facets(self, row):
        return {"sdg": sorted(set((row.numbers or "").split()), key=int)}


def register_indexes():
    register(GoalIndex(Goal, "goals", {"sdg_links.sdglink": "sdg_links"}, details="subject"))
    register(GoalIndex(Objective, "goals", {"sdg_links.sdglink": "goal__sdg_links"}))
