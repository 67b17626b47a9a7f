"""The pages of the glossary."""

from collections.abc import Iterable, Iterator
from typing import TypedDict

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from languages.languages import Text, language_codes, languages_from, text_in_language
from library.glossary.contents import Contents, letter_pages
from library.glossary.mentions import MentionFinder, highlight_spans
from library.glossary.term_index import passages_with_term
from library.models import Term
from library.page_parameters import NUMBERED, numbered_page, page_parameters
from library.passages import Passage

MENTIONS_PER_PAGE = 100


class HighlightedMention(TypedDict):
    """A passage with the text that the reader sees, and its HTML with the mentions in <mark>."""

    passage: Passage
    text: Text
    marked: SafeString


@require_safe
@page_parameters({"letter": letter_pages})
def term_list(request: HttpRequest) -> HttpResponse:
    """Show the terms in the order of a dictionary in the reader's language.

    A small glossary is on one page. A large one has a page for each letter, named by `?letter=beh`,
    and for letters with many terms further ones, `?letter=beh-2`; without the parameter, that of
    the first letter. 404 for a page that does not exist.
    """
    language = get_language()
    contents = Contents(language)
    asked = request.GET.get("letter", "")
    # The letters of another language are ignored, as the page cache does.
    asked = asked if asked in letter_pages(language) else ""
    page = contents.page(asked)
    if asked and asked in contents.counts and (page is None or asked == contents.first):
        return redirect(contents.address(asked))
    if asked and page is None:
        raise Http404
    context = {"contents": contents, "letter_page": page, "sections": contents.sections(page)}
    return render(request, "library/term_list.html", context)


@require_safe
@page_parameters(NUMBERED)
def term_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a term in all languages, the reader's first, and the passages that mention it.

    Many passages are on several pages, numbered by `?page=2`; 404 for one that does not exist.
    """
    term = get_object_or_404(Term.objects.select_related("line__document"), slug=slug)
    entries = [
        {
            "language": code,
            "name": text_in_language(term, "term", code),
            "definition": text_in_language(term, "definition", code),
            "forms": text_in_language(term, "forms", code).splitlines(),
        }
        for code in languages_from()
    ]
    pages = Paginator(passages_with_term(term), MENTIONS_PER_PAGE)
    try:
        places = pages.page(numbered_page(request))
    except EmptyPage as error:
        raise Http404 from error
    mentions = list(highlighted_mentions(term, places.object_list))
    context = {"term": term, "entries": entries, "places": places, "mentions": mentions}
    return render(request, "library/term_detail.html", context)


def highlighted_mentions(term: Term, mentioning: Iterable[Passage]) -> Iterator[HighlightedMention]:
    """Yield passages that mention a term, with the mentions in the language that is shown."""
    finders = {code: MentionFinder({term.slug: term.names(code)}) for code in language_codes()}
    for passage in mentioning:
        text = passage.text
        mentions = finders[text.language].find(text.value)
        marked = highlight_spans(text.value, mentions, text.language)
        yield {"passage": passage, "text": text, "marked": marked}
