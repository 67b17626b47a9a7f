"""The list of the themes, and the page of a theme."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crosscutting.models import Theme
from library.models import Article, Place
from library.page_parameters import PARALLEL, page_parameters
from library.related import related_content
from library.statements import get_with_neighbours_or_404


@require_safe
def theme_list(request: HttpRequest) -> HttpResponse:
    """Show all published themes, after the introduction that is chosen for them."""
    themes = Theme.objects.published().annotate(commitment_count=Count("commitments"))
    articles = Article.objects.published().select_related("line__document")
    introduction = articles.filter(placements__place=Place.THEMES).first()
    context = {"themes": themes, "introduction": introduction}
    return render(request, "crosscutting/theme_list.html", context)


@require_safe
@page_parameters(PARALLEL)
def theme_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a theme with its commitments."""
    themes = Theme.objects.published().select_related("line__document")
    theme, neighbours = get_with_neighbours_or_404(themes, slug=slug)
    commitments = theme.commitments.select_related("line__document")
    context = {
        "theme": theme,
        "statements": commitments,
        "related_content": related_content(theme),
        **neighbours,
    }
    return render(request, "crosscutting/theme_detail.html", context)
