"""The list of the SDGs, the matrix of goals and SDGs, and the page of an SDG."""

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from library.page_parameters import page_parameters
from library.statements import get_with_neighbours_or_404
from sdg_links.matrix import build_matrix
from sdg_links.models import Sdg, SdgLink


@require_safe
def sdg_list(request: HttpRequest) -> HttpResponse:
    """Show all SDGs, each with the number of published goals that are linked to it."""
    has_published_goal = Q(links__goal__is_published=True)
    sdgs = Sdg.objects.annotate(
        goal_count=Count("links__goal", filter=has_published_goal, distinct=True)
    )
    return render(request, "sdg_links/sdg_list.html", {"sdgs": sdgs})


@require_safe
@page_parameters({"basis": SdgLink.Basis.values}, repeated=["basis"])
def sdg_matrix(request: HttpRequest) -> HttpResponse:
    """Show the matrix with the links of the bases in `?basis=`, of all where none is valid."""
    chosen = [basis for basis in SdgLink.Basis if basis in request.GET.getlist("basis")]
    chosen = chosen or list(SdgLink.Basis)
    goals, rows, links = build_matrix(chosen)
    context = {
        "goals": goals,
        "rows": rows,
        "links": links,
        "bases": SdgLink.Basis,
        "chosen": chosen,
        "is_filtered": len(chosen) < len(SdgLink.Basis),
    }
    return render(request, "sdg_links/sdg_matrix.html", context)


@require_safe
def sdg_detail(request: HttpRequest, number: int) -> HttpResponse:
    """Show an SDG with its links to published goals."""
    sdg, neighbours = get_with_neighbours_or_404(Sdg.objects.all(), number=number)
    links = SdgLink.objects.published().filter(sdg=sdg).select_related("goal", "sdg")
    context = {"sdg": sdg, "links": links.order_by("goal__number", "target"), **neighbours}
    return render(request, "sdg_links/sdg_detail.html", context)
