from textwrap import shorten

from django.apps import apps
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from languages.languages import direction, localized, of_script
from library.models import Container, Term
from operations.observability.tally import count_unanswered_search, timing_search
from portal.search_results import (
    address,
    all_sdgs,
    choices,
    documents_by_slug,
    filters_of,
    hits,
    section_of,
    sections,
    split_terms,
)
from sdg_links.models import Sdg
from search.analysis import is_arabic
from search.engine import search as find
from search.entries import MARK, audience
from search.query import MAX_QUERY_LENGTH
from search.suggestions import nearest_words, suggest
from search.unanswered import count_unanswered

HITS_PER_PAGE = 10
# More than this many places are too many to look through.
MAX_COUNTED_HITS = 100
MAX_SUGGESTION_LENGTH = 80  # of a suggestion


@require_safe
def search(request):
    typed = request.GET.get("q", "")
    filters = filters_of(request.GET)
    with timing_search("results"):
        results = find(typed, audience(request.user), filters)
    ranked, found_terms = split_terms(results, filters)
    page = Paginator(ranked, HITS_PER_PAGE).get_page(request.GET.get("page"))
    documents = documents_by_slug() if results.ranked else {}
    is_unanswered = bool(results.query.words) and not results.counts
    if is_unanswered:
        count_unanswered(results.query, get_language())
        count_unanswered_search()
    shown = hits(results, [*page.object_list, *found_terms], documents)
    context = {
        "query": results.query.text,
        "typed": typed[:MAX_QUERY_LENGTH],
        "results": results,
        "dropped": results.query.dropped,
        "places": page,
        "hits": [shown[found.entry_id] for found in page.object_list if found.entry_id in shown],
        "terms": [shown[found.entry_id] for found in found_terms if found.entry_id in shown],
        "filters": filters,
        "choices": choices(
            results.counts,
            typed[:MAX_QUERY_LENGTH],
            filters,
            documents,
            all_sdgs() if documents else [],
        ),
        "is_many": len(ranked) > MAX_COUNTED_HITS,
        "nearest": nearest_words(results.query) if is_unanswered else [],
    }
    return render(request, "portal/search.html", context)


@require_safe
def suggestions(request):
    with timing_search("suggestions"):
        found = suggest(request.GET.get("q", ""), is_suggested)
    answer = JsonResponse({"suggestions": [suggestion(row) for row in found]})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


def is_suggested(entry):
    """Whether an entry is suggested by its title: pages, SDGs and terms are."""
    return issubclass(apps.get_model(entry.kind), Container | Sdg | Term)


def suggestion(found):
    """Return what the list of suggestions shows of one."""
    if found.entry is None:
        language = language_of(found.text)
        return {
            "kind": "word",
            "label": found.text,
            "text": "",
            "language": language,
            "direction": direction(language),
            "kind_label": _("Search"),
            "url": reverse("search", query={"q": found.text}),
        }
    entry = found.entry
    title = title_of(entry)
    is_term = apps.get_model(entry.kind) is Term
    return {
        "kind": "term" if is_term else "code" if entry.code else "title",
        "label": entry.code or title.value,
        "text": title.value if entry.code else "",
        "language": title.language,
        "direction": direction(title.language),
        "kind_label": sections().get(section_of(entry.terms.rpartition(MARK)[2].split()), ""),
        "url": address(entry),
    }


def language_of(text):
    return of_script(right_to_left=any(is_arabic(letter) for letter in text))


def title_of(entry):
    """Return the first line of an entry's title, or of its text where its title is another's."""
    model = apps.get_model(entry.kind)
    place = 0 if issubclass(model, Container | Sdg | Term) else 1
    return localized(EntryText(entry, place), "text")


class EntryText:
    """Lets localized() choose among the languages of an entry's texts."""

    def __init__(self, entry, place):
        self.texts = {code: both[place] for code, both in entry.texts.items()}

    def __getattr__(self, name):
        text = self.texts.get(name.removeprefix("text_")) or ""
        return shorten(text.split("\n")[0], MAX_SUGGESTION_LENGTH, placeholder=" …")
