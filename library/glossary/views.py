"""The pages of the glossary."""

from collections import defaultdict
from collections.abc import Iterator
from typing import TypedDict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from languages.languages import Text, localized, other_languages, text_in_language
from library.glossary.mentions import highlight_spans
from library.glossary.term_index import mentions_by_term
from library.models import Term
from library.passages import Passage
from search.analysis import words


class HighlightedMention(TypedDict):
    """A passage with the text that the reader sees, and its HTML with the mentions in <mark>."""

    passage: Passage
    text: Text
    marked: SafeString


@require_safe
def term_list(request: HttpRequest) -> HttpResponse:
    """Show all terms by the first letter of their name in the reader's language."""
    terms = sorted(Term.objects.all(), key=lambda term: dictionary_key(localized(term, "term")))
    groups: defaultdict[str, list[Term]] = defaultdict(list)
    for term in terms:
        groups[first_letter(localized(term, "term"))].append(term)
    context = {"groups": dict(groups), "count": len(terms)}
    return render(request, "library/term_list.html", context)


@require_safe
def term_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a term in all languages, the reader's first, and the passages that mention it."""
    term = get_object_or_404(Term.objects.select_related("line__document"), slug=slug)
    active = get_language()
    entries = [
        {
            "language": code,
            "name": text_in_language(term, "term", code),
            "definition": text_in_language(term, "definition", code),
            "forms": text_in_language(term, "forms", code).splitlines(),
        }
        for code in [active, *other_languages(active)]
    ]
    context = {"term": term, "entries": entries, "mentions": list(highlighted_mentions(term))}
    return render(request, "library/term_detail.html", context)


def dictionary_key(text: Text) -> list[str]:
    """Return the sort key of a Text, as in a dictionary: its normalised words without «ال».

    Normalisation makes all forms of alef the same letter.
    """
    return [word.normal.removeprefix("ال") for word in words(text.value)]


def first_letter(text: Text) -> str:
    """Return the letter under which a dictionary has a Text, "" for an empty one."""
    return "".join(dictionary_key(text))[:1].upper()


def highlighted_mentions(term: Term) -> Iterator[HighlightedMention]:
    """Yield each passage that mentions a term in any language."""
    for passage, mentions in mentions_by_term()[term.slug]:
        text = passage.text
        marked = highlight_spans(text.value, mentions[text.language], text.language)
        yield {"passage": passage, "text": text, "marked": marked}
