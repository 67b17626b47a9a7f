from django.db.models import Count, Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from library.statements import find_among
from sdg_links.matrix import matrix
from sdg_links.models import Sdg, SdgLink


@require_safe
def sdg_list(request):
    of_published_goals = Q(links__goal__is_published=True)
    sdgs = Sdg.objects.annotate(
        goal_count=Count("links__goal", filter=of_published_goals, distinct=True)
    )
    return render(request, "sdg_links/sdg_list.html", {"sdgs": sdgs})


@require_safe
def sdg_matrix(request):
    chosen = [basis for basis in SdgLink.Basis if basis in request.GET.getlist("basis")]
    chosen = chosen or list(SdgLink.Basis)
    goals, rows, links = matrix(chosen)
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
def sdg_detail(request, number):
    sdg, around = find_among(Sdg.objects.all(), number=number)
    links = SdgLink.objects.published().filter(sdg=sdg).select_related("goal", "sdg")
    context = {"sdg": sdg, "links": links.order_by("goal__number", "target"), **around}
    return render(request, "sdg_links/sdg_detail.html", context)
