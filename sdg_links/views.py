"""The list of the SDGs, the matrix of goals and SDGs, and the page of an SDG."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from goals.models import Goal
from library.editions import EDITIONS, Editions, chosen_edition, newest_edition
from library.page_parameters import page_parameters
from library.statements import get_with_neighbours_or_404
from sdg_links.matrix import build_matrix
from sdg_links.models import Sdg, SdgLink


@require_safe
def sdg_list(request: HttpRequest) -> HttpResponse:
    """Show all SDGs, each with the number of goals of the newest edition that are linked to it."""
    has_published_goal = Q(
        links__goal__is_published=True, links__goal__edition=newest_edition(Goal)
    )
    sdgs = Sdg.objects.annotate(
        goal_count=Count("links__goal", filter=has_published_goal, distinct=True)
    )
    return render(request, "sdg_links/sdg_list.html", {"sdgs": sdgs})


@require_safe
@page_parameters({"basis": SdgLink.Basis.values, **EDITIONS}, repeated=["basis"])
def sdg_matrix(request: HttpRequest) -> HttpResponse:
    """Show the matrix with the links of the bases in `?basis=`, of all where none is valid."""
    chosen = [basis for basis in SdgLink.Basis if basis in request.GET.getlist("basis")]
    chosen = chosen or list(SdgLink.Basis)
    edition = chosen_edition(request, Goal)
    goals, rows, links = build_matrix(chosen, edition)
    context = {
        "goals": goals,
        "rows": rows,
        "links": links,
        "bases": SdgLink.Basis,
        "chosen": chosen,
        "editions": Editions(Goal, edition),
        "is_filtered": len(chosen) < len(SdgLink.Basis),
    }
    return render(request, "sdg_links/sdg_matrix.html", context)


@require_safe
def sdg_detail(request: HttpRequest, number: int) -> HttpResponse:
    """Show an SDG with its links to the goals of the newest edition."""
    sdg, neighbours = get_with_neighbours_or_404(Sdg.objects.all(), number=number)
    edition = newest_edition(Goal)
    links = SdgLink.objects.published().filter(sdg=sdg, goal__edition=edition)
    context = {
        "sdg": sdg,
        "links": links.select_related("goal", "sdg").order_by("goal__number", "target"),
        "editions": Editions(Goal, edition),
        **neighbours,
    }
    return render(request, "sdg_links/sdg_detail.html", context)
