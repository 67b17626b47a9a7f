from django.shortcuts import render

from dialogue.models import Participant, Round
from library.models import Article, Paragraph
from library.related import surroundings
from library.statements import find_among, load_corrections, nest


def dialogue_home(request):
    article = Article.objects.published().select_related("document").filter(code="D 0").first()
    paragraphs = Paragraph.objects.filter(article=article).select_related(
        "article", "line__document"
    )
    load_corrections(*paragraphs)
    context = {
        "article": article,
        "statements": nest(paragraphs),
        "participants": Participant.objects.select_related("term", "line__document"),
        "rounds": Round.objects.published(),
    }
    return render(request, "dialogue/dialogue_home.html", context)


def round_detail(request, year):
    rounds = Round.objects.published().select_related("line__document").order_by("year")
    dialogue_round, around = find_among(rounds, year=year)
    highlights = dialogue_round.highlights.select_related("line__document")
    load_corrections(dialogue_round, *highlights)
    context = {
        "round": dialogue_round,
        "statements": nest(highlights),
        "surroundings": surroundings(dialogue_round),
        **around,
    }
    return render(request, "dialogue/round_detail.html", context)
