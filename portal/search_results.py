"""The results of the search page: hits with their snippets, and terms that stand apart."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from history.content_version import cached_by_version
from languages.cached_reverse import cached_reverse
from languages.languages import Text, get_language, languages_from, localized
from languages.templatetags.languages import attributes, isolated, named
from library.editions import standing
from library.glossary.mentions import highlight_spans
from library.preview import cached_for_readers
from portal.search_filters import GLOSSARY, documents_by_slug, section_names
from search.codes import CODE_PREFIX
from search.engine import Results, read_entries
from search.entries import PUBLIC, TITLE_PREFIX, facet_marker
from search.highlighting import has_match, make_snippet, map_terms_to_clauses
from search.models import SearchEntry
from search.ranking import RankedEntry

MAX_GLOSSARY_TERMS = 3
MAX_KEPT = 2_048  # pieces of HTML of each kind that a process keeps
SECTION_MARKER = facet_marker("section", "")  # the beginning of the markers of sections


class Hit(NamedTuple):
    """A result as the page shows it.

    `title` and `text` are in the reader's language, or in another one if only its text has words of
    the query. `missing` are the words of the query that the entry does not have, `standing` is the
    sentence about an older edition, "" for the newest. `snippet`, `note`, `source` and `without`
    are HTML: `snippet` is the part of the text with most words, `note` says where it is in another
    language than the page, `source` is the section and the document with a link to the line in it,
    `without` has the missing words.
    """

    code: str
    title: Text
    text: Text
    missing: list[str]
    is_draft: bool
    url: str
    snippet: SafeString
    note: str
    source: SafeString
    without: str
    standing: str

    def link(self) -> SafeString:
        """Return the link to the entry as HTML, with its code and title."""
        return link_html(self.url, self.code, self.title)


class Source(NamedTuple):
    """A document in which a hit stands: its short title and its address."""

    title: Text
    url: str


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


@cached_by_version
def document_sources(language: str) -> dict[str, Source]:
    """Return all documents as sources, by their slugs; `language` is the active one."""
    return {
        slug: Source(localized(document, "short_title"), document.get_absolute_url())
        for slug, document in documents_by_slug().items()
    }


def build_hits(
    results: Results, ranked: Sequence[RankedEntry], sources: Mapping[str, Source]
) -> dict[int, Hit]:
    """Return the hit of each entry by its id, by one database query.

    `sources` are the documents by slug.
    """
    stored_entries = read_entries([entry.entry_id for entry in ranked])
    clause_by_term = map_terms_to_clauses(results.expansion)
    # Codes are the same in all languages, and a text need not have its own code.
    words = {term for term in clause_by_term if not term.startswith(CODE_PREFIX)}
    missing = {entry.clauses: results.missing_words(entry) for entry in ranked}
    without = {clauses: without_html(written) for clauses, written in missing.items()}
    hits: dict[int, Hit] = {}
    for entry in ranked:
        if stored := stored_entries.get(entry.entry_id):
            text, title = choose_texts(stored, words)
            is_draft = stored.audience != PUBLIC
            source, line = sources.get(stored.place.get("document")), stored.place.get("line")
            hits[entry.entry_id] = Hit(
                stored.code,
                title,
                text,
                missing[entry.clauses],
                is_draft,
                entry_url(stored, is_draft),
                snippet_html(text, clause_by_term),
                fallback_note(text),
                source_html(get_language(), find_section(entry.markers), source, line),
                without[entry.clauses],
                standing_sentence(stored.code, get_language()),
            )
    return hits


def find_section(markers: Iterable[str]) -> str:
    """Return the section of an entry with these markers, "" if it has none."""
    found = (marker for marker in markers if marker.startswith(SECTION_MARKER))
    return next(found, "").removeprefix(SECTION_MARKER)


def choose_texts(stored: SearchEntry, words: set[str]) -> tuple[Text, Text]:
    """Return the text and the title of an entry to show.

    The text is in the reader's language, or in another one if only that has any of these terms. The
    title is in the reader's language if there is one.
    """
    reader_language = get_language()
    languages = [code for code in languages_from() if any(stored.texts.get(code, []))]
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
            if any(has_match(text, words) for text in searched_texts[code])
        ),
        languages[0] if languages else reader_language,
    )
    title, text = stored.texts.get(language, ["", ""])
    own_title, _own_text = stored.texts.get(reader_language, ["", ""])
    shown_title = Text(own_title or title, reader_language if own_title else language)
    return Text(text, language), shown_title._replace(value=shown_title.value.split("\n")[0])


@lru_cache(MAX_KEPT)
def link_html(url: str, code: str, title: Text) -> SafeString:
    """Return a link to an entry as HTML, with its code and title."""
    return format_html(
        '<a href="{}">{}<span {}>{}</span></a>',
        url,
        format_html('<bdi class="code">{}</bdi> ', code) if code else "",
        attributes(title.language),
        isolated(title.value, title.language),
    )


def snippet_html(text: Text, clause_by_term: Mapping[str, int]) -> SafeString:
    """Return the snippet of a text as HTML, with its matches marked."""
    snippet = make_snippet(text.value, clause_by_term)
    marked = highlight_spans(snippet.text, snippet.spans, text.language)
    if not (snippet.is_cut_before or snippet.is_cut_after):
        return marked
    before = "… " if snippet.is_cut_before else ""
    return format_html("{}{}{}", before, marked, " …" if snippet.is_cut_after else "")


def fallback_note(text: Text) -> str:
    """Return a note as HTML where a text is in another language than the page, else ""."""
    return note_of_language(text.language, get_language()) if text.is_fallback else ""


@lru_cache(MAX_KEPT)
def note_of_language(language: str, active: str) -> SafeString:
    """Return the note that a text is in a language, as HTML in the active one."""
    note = conditional_escape(_("found in the text in %(language)s"))
    return format_html(
        ' <small class="not-translated" {}>{}</small>',
        attributes(active),
        # nosemgrep: text-declared-safe (both are escaped)
        mark_safe(note % {"language": named(language)}),  # noqa: S308  (both are escaped)
    )


@lru_cache(MAX_KEPT)
def source_html(active: str, section: str, source: Source | None, line: int | None) -> SafeString:
    """Return the section and the source of a hit as HTML in the active language.

    The source is a document, and a line of it if there is one.
    """
    html = format_html("{}", section_names().get(section, ""))
    if source is None:
        return html
    title = source.title
    html += format_html(" · <span {}>{}</span>", attributes(title.language), title.value)
    if line:
        name = _("line %(line)s") % {"line": line}
        html += format_html('{}<a href="{}#L{}">{}</a>', _(", "), source.url, line, name)
    return html


@cached_for_readers
def standing_sentence(code: str, language: str) -> str:
    """Return the sentence about what superseded an entry of an older edition, else "".

    `language` is the active one.
    """
    found = standing(code) if code else None
    return found.sentence if found else ""


def without_html(missing: Sequence[str]) -> str:
    """Return the words of a query that an entry does not have as HTML, "" for none."""
    if not missing:
        return ""
    words = format_html_join(" ", '<s dir="auto">{}</s>', ((word,) for word in missing))
    return format_html(" · {} {}", _("without"), words)


def entry_url(stored: SearchEntry, is_draft: bool = False) -> str:
    """Return the address of an entry in the reader's language; a draft's is its form."""
    if is_draft:
        model, key = stored.place.get("form", [stored.kind, stored.record])
        return reverse(f"admin:{model.replace('.', '_')}_change", args=[key])
    path = cached_reverse(stored.place["page"], stored.place["key"])
    return f"{path}#{stored.place['anchor']}" if stored.place["anchor"] else path
