"""The views of the search page and of the suggestions."""

from textwrap import shorten

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from languages.languages import Text, direction, language_of_direction, localized
from library.models import Container, Term
from operations.observability.tally import count_unanswered_search, timing_search
from portal.search_filters import (
    build_choices,
    filter_labels,
    read_filters,
    section_labels,
    section_names,
)
from portal.search_results import (
    build_hits,
    document_sources,
    entry_url,
    find_section,
    split_glossary_terms,
)
from sdg_links.models import Sdg
from search.analysis import is_arabic
from search.engine import search as run_search
from search.entries import MARKERS, user_audiences
from search.models import SearchEntry
from search.query import MAX_QUERY_LENGTH, Query
from search.ranking import RankedEntry
from search.suggestions import Suggestion, nearest_words, suggest
from search.unanswered import count_unanswered

HITS_PER_PAGE = 10
MAX_COUNTED_HITS = 100  # of more, the page advises to narrow the search
MAX_SUGGESTION_LENGTH = 80  # characters


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the search page.

    Parameters: `q`, the query; `page`; and a value for the filters `section`, `document`, `sdg`. A
    query without results is counted.
    """
    raw_query = request.GET.get("q", "")
    filters = read_filters(request.GET)
    audiences = user_audiences(request.user)
    with timing_search("results"):
        results = run_search(raw_query, audiences, filters)
    ranked, glossary_terms = split_glossary_terms(results, filters)
    page = Paginator(ranked, HITS_PER_PAGE).get_page(request.GET.get("page"))
    language = get_language()
    sources = document_sources(language) if results.ranked else {}
    labels = filter_labels(language) if sources else section_labels(language)
    is_unanswered = bool(results.query.words) and not results.counts
    if is_unanswered:
        count_unanswered(results.query, language)
        count_unanswered_search()
    hits = build_hits(results, [*page.object_list, *glossary_terms], sources)
    context = {
        "title": page_title(results.query, len(ranked)),
        "query": results.query.text,
        "typed": raw_query[:MAX_QUERY_LENGTH],
        "results": results,
        "dropped": results.query.dropped,
        "places": page,
        **place_texts(page),
        "hits": [hits[entry.entry_id] for entry in page.object_list if entry.entry_id in hits],
        "terms": [hits[entry.entry_id] for entry in glossary_terms if entry.entry_id in hits],
        "filters": filters,
        "choices": build_choices(results.counts, raw_query[:MAX_QUERY_LENGTH], filters, labels),
        "is_many": len(ranked) > MAX_COUNTED_HITS,
        "nearest": nearest_words(results.query, audiences) if is_unanswered else [],
    }
    return render(request, "portal/search.html", context)


def page_title(query: Query, count: int) -> str:
    """Return the title of the page for a query with some number of places."""
    if not query.text:
        return _("Search")
    title = _("Search for “%(query)s”") % {"query": query.text}
    return f"{title} · {count_text(count)}" if query.words else title


def count_text(count: int) -> str:
    """Return a number of places in words."""
    return ngettext("%(counter)s place", "%(counter)s places", count) % {"counter": count}


def place_texts(page: Page[RankedEntry]) -> dict[str, str]:
    """Return what the page says of its places: their number, those that it shows, its own number.

    A template would need a tag `blocktranslate` for each, and these take long.
    """
    first, last = page.start_index(), page.end_index()
    number, total = page.number, page.paginator.num_pages
    return {
        "count": count_text(page.paginator.count),
        "shown": _("%(first)s to %(last)s are shown") % {"first": first, "last": last},
        "numbered": _("Page %(number)s of %(total)s") % {"number": number, "total": total},
    }


@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """Return the suggestions for the beginning of a query, the parameter `q`, as JSON."""
    with timing_search("suggestions"):
        suggested = suggest(request.GET.get("q", ""), is_suggested)
    answer = JsonResponse(
        {"suggestions": [suggestion_data(suggestion) for suggestion in suggested]}
    )
    answer["Cache-Control"] = "private, max-age=60"
    return answer


def is_suggested(entry: SearchEntry) -> bool:
    """Whether the title of an entry may be suggested: containers, SDGs and terms."""
    return issubclass(apps.get_model(entry.kind), Container | Sdg | Term)


def suggestion_data(suggestion: Suggestion) -> dict[str, str]:
    """Return the JSON object of a suggestion, as suggestions.js reads it."""
    if suggestion.entry is None:
        language = text_language(suggestion.text)
        return {
            "kind": "word",
            "label": suggestion.text,
            "text": "",
            "language": language,
            "direction": direction(language),
            "kind_label": _("Search"),
            "url": reverse("search", query={"q": suggestion.text}),
        }
    entry = suggestion.entry
    title = entry_title(entry)
    is_term = apps.get_model(entry.kind) is Term
    return {
        "kind": "term" if is_term else "code" if entry.code else "title",
        "label": entry.code or title.value,
        "text": title.value if entry.code else "",
        "language": title.language,
        "direction": direction(title.language),
        "kind_label": section_names().get(
            find_section(entry.terms.rpartition(MARKERS)[2].split()), ""
        ),
        "url": entry_url(entry),
    }


def text_language(text: str) -> str:
    """Return the language of a text by its script."""
    return language_of_direction(is_rtl=any(is_arabic(letter) for letter in text))


def entry_title(entry: SearchEntry) -> Text:
    """Return the first line of an entry's own title, of its text if it has none."""
    model = apps.get_model(entry.kind)
    position = 0 if issubclass(model, Container | Sdg | Term) else 1
    return localized(EntryText(entry, position), "text")


class EntryText:
    """Gives localized() the titles of an entry (position 0), or its texts (position 1).

    The attribute `text_ar` is the first line of the Arabic one, cut to MAX_SUGGESTION_LENGTH.
    """

    def __init__(self, entry: SearchEntry, position: int) -> None:
        self.texts = {
            code: title_and_text[position] for code, title_and_text in entry.texts.items()
        }

    def __getattr__(self, name: str) -> str:
        text = self.texts.get(name.removeprefix("text_")) or ""
        return shorten(text.split("\n")[0], MAX_SUGGESTION_LENGTH, placeholder=" …")
