from django.db.models import Count
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crosscutting.models import Theme
from library.models import Article
from library.related import surroundings
from library.statements import find_among


@require_safe
def theme_list(request):
    themes = Theme.objects.published().annotate(commitment_count=Count("commitments"))
    introduction = (
        Article.objects.published().select_related("line__document").filter(code="CCT 0").first()
    )
    context = {"themes": themes, "introduction": introduction}
    return render(request, "crosscutting/theme_list.html", context)


@require_safe
def theme_detail(request, slug):
    themes = Theme.objects.published().select_related("line__document")
    theme, around = find_among(themes, slug=slug)
    commitments = theme.commitments.select_related("line__document")
    context = {
        "theme": theme,
        "statements": commitments,
        "surroundings": surroundings(theme),
        **around,
    }
    return render(request, "crosscutting/theme_detail.html", context)
