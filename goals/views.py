"""The list of the goals, and the page of a goal."""

from django.db.models import Count, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.models import Goal, Objective
from library.editions import EDITIONS, Editions, chosen_edition, of_edition, same_edition
from library.models import Place
from library.page_parameters import PARALLEL, page_parameters
from library.placed_texts import placed_article
from library.preview import cached_for_readers
from library.related import related_content
from library.statements import get_with_neighbours_or_404


@require_safe
@page_parameters(EDITIONS)
def goal_list(request: HttpRequest) -> HttpResponse:
    """Show the goals of the newest edition, or of that in `?edition=`, after their introduction."""
    edition = chosen_edition(request, Goal)
    goals = of_edition(Goal, edition).annotate(objective_count=Count("objectives"))
    context = {
        "goals": goals,
        "introduction": placed_article(Place.GOALS, edition),
        "editions": Editions(Goal, edition),
    }
    return render(request, "goals/goal_list.html", context)


@require_safe
@page_parameters(PARALLEL)
def goal_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a goal with its objectives and its links to SDGs."""
    goal, neighbours = get_with_neighbours_or_404(same_edition(Goal, slug), slug=slug)
    objectives, links = objectives_and_links(goal)
    context = {
        "goal": goal,
        "statements": objectives,
        "sections": [("sdgs", _("Links to the Sustainable Development Goals"))],
        "links": links,
        "related_content": related_content(goal),
        "editions": Editions(Goal, goal.edition),
        **neighbours,
    }
    return render(request, "goals/goal_detail.html", context)


@cached_for_readers
def objectives_and_links(goal: Goal) -> tuple[list[Objective], list[Model]]:
    """Return the objectives of a goal and its links to SDGs; cached until the content changes."""
    objectives = goal.objectives.select_related("line__document")
    return list(objectives), list(goal.sdg_links.select_related("sdg"))
