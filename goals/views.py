from django.db.models import Count
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from goals.models import Goal
from library.models import Article
from library.related import surroundings
from library.statements import find_among


@require_safe
def goal_list(request):
    goals = Goal.objects.published().annotate(objective_count=Count("objectives"))
    introduction = (
        Article.objects.published().select_related("line__document").filter(code="GPG 0").first()
    )
    context = {"goals": goals, "introduction": introduction}
    return render(request, "goals/goal_list.html", context)


@require_safe
def goal_detail(request, slug):
    goals = Goal.objects.published().select_related("line__document")
    goal, around = find_among(goals, slug=slug)
    objectives = goal.objectives.select_related("line__document")
    context = {
        "goal": goal,
        "statements": objectives,
        "sections": [("sdgs", _("Links to the Sustainable Development Goals"))],
        "links": goal.sdg_links.select_related("sdg"),
        "surroundings": surroundings(goal),
        **around,
    }
    return render(request, "goals/goal_detail.html", context)
