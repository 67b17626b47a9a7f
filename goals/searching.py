"""How goals and objectives are found: by their words, and by the SDGs that the goal serves."""

from django.db.models import QuerySet

from goals.models import Goal, Objective
from library.searching import CitedSource
from search.indexing import register


class GoalSource(CitedSource):
    def prepare(self, rows, known):
        numbers = known.setdefault("numbers of the SDGs of goals", {})
        if new := {getattr(row, f"{self.title}pk") for row in rows} - numbers.keys():
            numbers.update({goal: {} for goal in new})
            links = QuerySet(Goal._meta.get_field("sdg_links").related_model)
            links = links.filter(goal__in=new).order_by("sdg__number")
            for goal, number in links.values_list("goal", "sdg__number"):
                numbers[goal][str(number)] = None

    def facets(self, goal, known):
        return {"sdg": list(known["numbers of the SDGs of goals"][goal])}


def register_sources():
    register(GoalSource(Goal, "goals", {"sdg_links.sdglink": "sdg_links"}, details="subject"))
    register(GoalSource(Objective, "goals", {"sdg_links.sdglink": "goal__sdg_links"}))
