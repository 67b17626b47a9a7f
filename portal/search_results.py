"""The contents of the search page: hits with their snippets, filters with their counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from history.content_version import cached_by_version
from languages.cached_reverse import cached_reverse
from languages.languages import Text, get_language, localized, other_languages
from languages.templatetags.languages import attributes
from library.glossary.mentions import highlight_spans
from library.models import Document
from sdg_links.models import Sdg
from search.codes import CODE_PREFIX
from search.engine import Results, read_entries
from search.entries import FACET_PREFIX, PUBLIC, TITLE_PREFIX, facet_marker, parse_facet
from search.highlighting import find_matches, make_snippet, map_terms_to_clauses
from search.models import SearchEntry
from search.ranking import RankedEntry

GLOSSARY = "glossary"
MAX_GLOSSARY_TERMS = 3


@dataclass(frozen=True)
class FilterChoice:
    """A value of a filter, the number of results that have it, and the link that chooses it.

    `query` is the query string of the link; the link of a chosen value removes the filter.
    """

    label: Text
    count: int
    is_chosen: bool
    query: str


class Hit(NamedTuple):
    """A result as the page shows it.

    `title` and `text` are in the reader's language, or in another one if only its text has words of
    the query. `snippet` is HTML, and so is `source`: the short title of the document, with a link
    to the line in it. `missing` are the words of the query that the entry does not have.
    """

    code: str
    title: Text
    text: Text
    snippet: str
    url: str
    section: str
    source: str
    missing: list[str]
    is_draft: bool


def section_names() -> dict[str, str]:
    """Return the names of the portal's sections, by the value of the facet "section"."""
    return {
        "goals": _("Goals"),
        "themes": _("Themes"),
        "sdgs": _("SDGs"),
        "dialogue": _("Dialogue"),
        "library": _("Library"),
        GLOSSARY: _("Glossary"),
    }


def read_filters(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return the filters of the search page's query parameters, by facet.

    Values that are not ASCII letters and digits are left out.
    """
    return {
        name: parameters[name]
        for name in ("section", "document", "sdg")
        if parameters.get(name, "").isascii() and parameters.get(name, "").isalnum()
    }


def build_choices(
    counts: Mapping[str, Mapping[str, int]],
    raw_query: str,
    filters: dict[str, str],
    documents: Mapping[str, Document],
    sdgs: Iterable[Sdg],
) -> dict[str, list[FilterChoice]]:
    """Return the choices of each facet that any result has, in the portal's order.

    `counts` are those of search.engine.Results, `filters` the chosen values by facet, `documents`
    the documents by slug. Choosing a chosen value again removes the filter.
    """
    parameters = {"q": raw_query} | filters
    language = get_language()
    labels = {
        "section": {value: Text(label, language) for value, label in section_names().items()},
        "document": {
            str(document.number): localized(document, "short_title")
            for document in documents.values()
        },
        "sdg": {
            str(sdg.number): name._replace(value=f"{sdg.number}. {name.value}")
            for sdg in sdgs
            for name in [localized(sdg, "name")]
        },
    }
    return {
        facet: [
            FilterChoice(
                label,
                counts.get(facet, {}).get(value, 0),
                filters.get(facet) == value,
                filter_query(parameters, facet, "" if filters.get(facet) == value else value),
            )
            for value, label in labels_by_value.items()
            if counts.get(facet, {}).get(value) or filters.get(facet) == value
        ]
        for facet, labels_by_value in labels.items()
    }


def filter_query(parameters: dict[str, str], facet: str, value: str) -> str:
    """Return the query string with another value of a filter, or without the filter ("")."""
    return urlencode({key: kept for key, kept in (parameters | {facet: value}).items() if kept})


@cached_by_version
def documents_by_slug() -> dict[str, Document]:
    """Return all documents by their slugs."""
    return {document.slug: document for document in Document.objects.all()}


@cached_by_version
def all_sdgs() -> list[Sdg]:
    """Return all SDGs."""
    return list(Sdg.objects.all())


def split_glossary_terms(
    results: Results, filters: Mapping[str, str]
) -> tuple[list[RankedEntry], list[RankedEntry]]:
    """Return the results without terms of the glossary, and some of these terms.

    They are at most MAX_GLOSSARY_TERMS, whose names have all words of the query. Where the results
    are filtered by the glossary, all are results and the second list is empty.
    """
    if filters.get("section") == GLOSSARY:
        return results.ranked, []
    marker = facet_marker("section", GLOSSARY)
    title_markers = [
        {f"{TITLE_PREFIX}{term}" for term in clause.terms} for clause in results.expansion.clauses
    ]
    terms = [
        entry
        for entry in results.ranked
        if marker in entry.markers
        and all(not markers.isdisjoint(entry.markers) for markers in title_markers)
    ]
    return [entry for entry in results.ranked if marker not in entry.markers], terms[
        :MAX_GLOSSARY_TERMS
    ]


def build_hits(
    results: Results, ranked: Sequence[RankedEntry], documents: Mapping[str, Document]
) -> dict[int, Hit]:
    """Return the hit of each entry by its id, by one database query."""
    stored_entries = read_entries([entry.entry_id for entry in ranked])
    clause_by_term = map_terms_to_clauses(results.expansion)
    sections = section_names()
    return {
        entry.entry_id: build_hit(
            stored_entries[entry.entry_id],
            entry,
            clause_by_term,
            sections,
            documents,
            results.missing_words(entry),
        )
        for entry in ranked
        if entry.entry_id in stored_entries
    }


def build_hit(
    stored: SearchEntry,
    entry: RankedEntry,
    clause_by_term: Mapping[str, int],
    sections: Mapping[str, str],
    documents: Mapping[str, Document],
    missing: list[str],
) -> Hit:
    """Return the hit of an entry, whose row in the index is `stored`."""
    text, title = choose_texts(stored, clause_by_term)
    is_draft = stored.audience != PUBLIC
    document = documents.get(stored.place.get("document"))
    return Hit(
        stored.code,
        title,
        text,
        snippet_html(text, clause_by_term),
        entry_url(stored, is_draft),
        sections.get(find_section(entry.markers), ""),
        source_html(document, stored.place.get("line")) if document else "",
        missing,
        is_draft,
    )


def find_section(markers: Iterable[str]) -> str:
    """Return the section of an entry with these markers, "" if it has none."""
    facets = [parse_facet(marker) for marker in markers if marker.startswith(FACET_PREFIX)]
    return next((value for name, value in facets if name == "section"), "")


def choose_texts(stored: SearchEntry, clause_by_term: Mapping[str, int]) -> tuple[Text, Text]:
    """Return the text and the title of an entry to show.

    The text is in the reader's language, or in another one if only that has words of the query. The
    title is in the reader's language if there is one.
    """
    reader_language = get_language()
    # Codes are the same in all languages, and a text need not have its own code.
    clause_by_word = {
        term: clause for term, clause in clause_by_term.items() if not term.startswith(CODE_PREFIX)
    }
    languages = [
        code
        for code in [reader_language, *other_languages(reader_language)]
        if any(stored.texts.get(code, []))
    ]
    # In another language, only matches in the text count: with matches in its title alone, the text
    # in the reader's language is as good.
    searched_texts = {
        code: stored.texts[code] if code == reader_language else stored.texts[code][1:]
        for code in languages
    }
    language = next(
        (
            code
            for code in languages
            if any(find_matches(text, clause_by_word) for text in searched_texts[code])
        ),
        languages[0] if languages else reader_language,
    )
    title, text = stored.texts.get(language, ["", ""])
    own_title, _own_text = stored.texts.get(reader_language, ["", ""])
    shown_title = Text(own_title or title, reader_language if own_title else language)
    return Text(text, language), shown_title._replace(value=shown_title.value.split("\n")[0])


def snippet_html(text: Text, clause_by_term: Mapping[str, int]) -> SafeString:
    """Return the snippet of a text as HTML, with its matches marked."""
    snippet = make_snippet(text.value, clause_by_term)
    return format_html(
        "{}{}{}",
        "… " if snippet.is_cut_before else "",
        highlight_spans(snippet.text, snippet.spans, text.language),
        " …" if snippet.is_cut_after else "",
    )


def source_html(document: Document, line: int | None) -> SafeString:
    """Return the source of a hit as HTML: a document, and a line of it."""
    title = localized(document, "short_title")
    source = format_html(" · <span {}>{}</span>", attributes(title.language), title.value)
    if not line:
        return source
    return format_html(
        '{}{}<a href="{}#L{}">{}</a>',
        source,
        _(", "),
        document.get_absolute_url(),
        line,
        _("line %(line)s") % {"line": line},
    )


def entry_url(stored: SearchEntry, is_draft: bool = False) -> str:
    """Return the address of an entry in the reader's language; a draft's is its form."""
    if is_draft:
        model, key = stored.place.get("form", [stored.kind, stored.record])
        return reverse(f"admin:{model.replace('.', '_')}_change", args=[key])
    path = cached_reverse(stored.place["page"], stored.place["key"])
    return f"{path}#{stored.place['anchor']}" if stored.place["anchor"] else path
