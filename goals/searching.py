"""How goals and objectives are found: by their words, and by the SDGs that the goal serves."""

from django.db.models import Prefetch

from goals.models import Goal, Objective
from library.searching import CitedSource
from search.indexing import register


class GoalSource(CitedSource):
    def records(self):
        path = f"{self.container}__sdg_links" if self.container else "sdg_links"
        links = Goal._meta.get_field("sdg_links").related_model._base_manager
        links = links.select_related("sdg").only("goal", "sdg__number").order_by()
        return super().records().prefetch_related(Prefetch(path, links))

    def facets(self, goal):
        numbers = sorted({link.sdg.number for link in goal.sdg_links.all()})
        return {"sdg": [str(number) for number in numbers]}


def register_sources():
    register(GoalSource(Goal, "goals", {"sdg_links.sdglink": "sdg_links"}, details="subject"))
    register(GoalSource(Objective, "goals", {"sdg_links.sdglink": "goal__sdg_links"}))
