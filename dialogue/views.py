"""The page of the Dialogue, and the page of a round."""

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogue.models import Participant, Round
from library.models import Paragraph, Place
from library.page_parameters import PARALLEL, page_parameters
from library.placed_texts import placed_article
from library.related import related_content
from library.statements import get_with_neighbours_or_404, nest_statements


@require_safe
@page_parameters(PARALLEL)
def dialogue_home(request: HttpRequest) -> HttpResponse:
    """Show the introduction that is chosen, all published rounds and the participants."""
    article = placed_article(Place.DIALOGUE)
    paragraphs = Paragraph.objects.filter(article=article).select_related(
        "article", "line__document"
    )
    participants = Participant.objects.select_related("term", "line__document")
    rounds = list(Round.objects.published())
    context = {
        "article": article,
        "statements": nest_statements(paragraphs),
        "sections": [("rounds", _("Rounds")), ("participants", _("Participating organizations"))],
        "participants": participants,
        "rounds": rounds,
        "years": rounds_by_year(rounds),
    }
    return render(request, "dialogue/dialogue_home.html", context)


def rounds_by_year(rounds: Collection[Round]) -> list[tuple[int, Round | None]]:
    """Return the round, if there was one, of each year from the first round to the last."""
    if not rounds:
        return []
    by_year = {dialogue_round.year: dialogue_round for dialogue_round in rounds}
    return [(year, by_year.get(year)) for year in range(min(by_year), max(by_year) + 1)]


@require_safe
@page_parameters(PARALLEL)
def round_detail(request: HttpRequest, year: int) -> HttpResponse:
    """Show a round with its highlights; `previous` and `next` are those by year."""
    rounds = Round.objects.published().select_related("line__document").order_by("year")
    dialogue_round, neighbours = get_with_neighbours_or_404(rounds, year=year)
    highlights = dialogue_round.highlights.select_related("line__document")
    context = {
        "round": dialogue_round,
        "statements": nest_statements(highlights),
        "related_content": related_content(dialogue_round),
        **neighbours,
    }
    return render(request, "dialogue/round_detail.html", context)
