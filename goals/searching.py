"""How goals and objectives are found: by their words, and by the SDGs that the goal serves."""

from goals.models import Goal, Objective
from library.searching import CitedSource
from search.indexing import register


class GoalSource(CitedSource):
    def prepare(self, records, known):
        goals = [
            getattr(record, self.container) if self.container else record for record in records
        ]
        numbers = known.setdefault("numbers of the SDGs of goals", {})
        if new := {goal.pk for goal in goals} - numbers.keys():
            numbers.update({goal: [] for goal in new})
            links = Goal._meta.get_field("sdg_links").related_model._base_manager
            links = links.filter(goal__in=new).order_by("sdg__number")
            for goal, number in links.values_list("goal", "sdg__number"):
                numbers[goal].append(str(number))
        for goal in goals:
            goal.sdg_numbers = numbers[goal.pk]

    def facets(self, goal):
        return {"sdg": list(dict.fromkeys(goal.sdg_numbers))}


def register_sources():
    register(GoalSource(Goal, "goals", {"sdg_links.sdglink": "sdg_links"}, details="subject"))
    register(GoalSource(Objective, "goals", {"sdg_links.sdglink": "goal__sdg_links"}))
