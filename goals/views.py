"""The list of the goals, and the page of a goal."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.models import Goal
from library.models import Article, Place
from library.page_parameters import PARALLEL, page_parameters
from library.related import related_content
from library.statements import get_with_neighbours_or_404


@require_safe
def goal_list(request: HttpRequest) -> HttpResponse:
    """Show all published goals, after the introduction that is chosen for them."""
    goals = Goal.objects.published().annotate(objective_count=Count("objectives"))
    articles = Article.objects.published().select_related("line__document")
    introduction = articles.filter(placements__place=Place.GOALS).first()
    context = {"goals": goals, "introduction": introduction}
    return render(request, "goals/goal_list.html", context)


@require_safe
@page_parameters(PARALLEL)
def goal_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a goal with its objectives and its links to SDGs."""
    goals = Goal.objects.published().select_related("line__document")
    goal, neighbours = get_with_neighbours_or_404(goals, slug=slug)
    objectives = goal.objectives.select_related("line__document")
    context = {
        "goal": goal,
        "statements": objectives,
        "sections": [("sdgs", _("Links to the Sustainable Development Goals"))],
        "links": goal.sdg_links.select_related("sdg"),
        "related_content": related_content(goal),
        **neighbours,
    }
    return render(request, "goals/goal_detail.html", context)
