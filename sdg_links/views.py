from django.db.models import Count, Q
from django.shortcuts import render

from library.statements import find_among
from sdg_links.models import Sdg, SdgLink


def sdg_list(request):
    of_published_goals = Q(links__goal__is_published=True)
    sdgs = Sdg.objects.annotate(
        goal_count=Count("links__goal", filter=of_published_goals, distinct=True)
    )
    return render(request, "sdg_links/sdg_list.html", {"sdgs": sdgs})


def sdg_detail(request, number):
    sdg, around = find_among(Sdg.objects.all(), number=number)
    links = SdgLink.objects.filter(sdg=sdg, goal__is_published=True).select_related("goal")
    context = {"sdg": sdg, "links": links.order_by("goal__number", "target"), **around}
    return render(request, "sdg_links/sdg_detail.html", context)
