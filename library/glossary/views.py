from collections import defaultdict

from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from languages.languages import in_language, localized, others
from library.glossary.mentions import mark
from library.glossary.term_index import mentions_by_term
from library.models import Term
from search.analysis import words


@require_safe
def term_list(request):
    terms = sorted(Term.objects.all(), key=lambda term: sorting_words(localized(term, "term")))
    groups = defaultdict(list)
    for term in terms:
        groups[first_letter(localized(term, "term"))].append(term)
    context = {"groups": dict(groups), "count": len(terms)}
    return render(request, "library/term_list.html", context)


@require_safe
def term_detail(request, slug):
    term = get_object_or_404(Term.objects.select_related("line__document"), slug=slug)
    active = get_language()
    entries = [
        {
            "language": code,
            "name": in_language(term, "term", code),
            "definition": in_language(term, "definition", code),
            "forms": in_language(term, "forms", code).splitlines(),
        }
        for code in [active, *others(active)]
    ]
    context = {"term": term, "entries": entries, "mentions": list(mentions_of(term))}
    return render(request, "library/term_detail.html", context)


def sorting_words(text):
    """Return what sorts a name as a dictionary does: without «ال» and whatever the alef."""
    return [word.normal.removeprefix("ال") for word in words(text.value)]


def first_letter(text):
    return "".join(sorting_words(text))[:1].upper()


def mentions_of(term):
    """Yield the passages that mention a term in either language, its mentions marked."""
    for passage, mentions in mentions_by_term()[term.slug]:
        text = passage.text
        marked = mark(text.value, mentions[text.language], text.language)
        yield {"passage": passage, "text": text, "marked": marked}
