"""The list of the themes, and the page of a theme."""

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crosscutting.models import Theme
from library.editions import EDITIONS, Editions, chosen_edition, of_edition, same_edition
from library.models import Place
from library.page_parameters import PARALLEL, page_parameters
from library.placed_texts import placed_article
from library.related import related_content
from library.statements import get_with_neighbours_or_404


@require_safe
@page_parameters(EDITIONS)
def theme_list(request: HttpRequest) -> HttpResponse:
    """Show the themes of the newest edition, or of that in `?edition=`, after an introduction."""
    edition = chosen_edition(request, Theme)
    themes = of_edition(Theme, edition).annotate(commitment_count=Count("commitments"))
    context = {
        "themes": themes,
        "introduction": placed_article(Place.THEMES, edition),
        "editions": Editions(Theme, edition),
    }
    return render(request, "crosscutting/theme_list.html", context)


@require_safe
@page_parameters(PARALLEL)
def theme_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a theme with its commitments."""
    theme, neighbours = get_with_neighbours_or_404(same_edition(Theme, slug), slug=slug)
    commitments = theme.commitments.select_related("line__document")
    context = {
        "theme": theme,
        "statements": commitments,
        "related_content": related_content(theme),
        "editions": Editions(Theme, theme.edition),
        **neighbours,
    }
    return render(request, "crosscutting/theme_detail.html", context)
