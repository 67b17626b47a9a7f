from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dialogue.models import Participant, Round
from library.models import Article, Paragraph
from library.related import surroundings
from library.statements import find_among, nest


@require_safe
def dialogue_home(request):
    articles = Article.objects.published().select_related("document", "line__document")
    article = articles.filter(code="D 0").first()
    paragraphs = Paragraph.objects.filter(article=article).select_related(
        "article", "line__document"
    )
    participants = Participant.objects.select_related("term", "line__document")
    rounds = list(Round.objects.published())
    context = {
        "article": article,
        "statements": nest(paragraphs),
        "sections": [("rounds", _("Rounds")), ("participants", _("Participating organizations"))],
        "participants": participants,
        "rounds": rounds,
        "years": years(rounds),
    }
    return render(request, "dialogue/dialogue_home.html", context)


def years(rounds):
    """Return each year from the first round to the last, with its round or None."""
    found = {dialogue_round.year: dialogue_round for dialogue_round in rounds}
    return [(year, found.get(year)) for year in range(min(found), max(found) + 1)] if found else []


@require_safe
def round_detail(request, year):
    rounds = Round.objects.published().select_related("line__document").order_by("year")
    dialogue_round, around = find_among(rounds, year=year)
    highlights = dialogue_round.highlights.select_related("line__document")
    context = {
        "round": dialogue_round,
        "statements": nest(highlights),
        "surroundings": surroundings(dialogue_round),
        **around,
    }
    return render(request, "dialogue/round_detail.html", context)
