"""What the search page shows: hits with their passages, filters with their counts."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from history.content_version import remembered
from languages.languages import Text, get_language, localized, others
from library.glossary.mentions import mark
from library.models import Document
from sdg_links.models import Sdg
from search.codes import MARK as CODE
from search.entries import FACET, PUBLIC, TITLE, facet, read_facet
from search.highlighting import passage, places, wanted_terms
from search.models import SearchEntry

GLOSSARY = "glossary"
MAX_TERMS = 3


class Choice(NamedTuple):
    """A value that results can be filtered by, how many have it, and where choosing it leads."""

    label: Text
    count: int
    is_chosen: bool
    query: str


class Hit(NamedTuple):
    """A place that was found, with its text in the reader's language, if the words are there."""

    code: str
    title: Text
    text: Text
    marked: str
    url: str
    section: str
    source: Text | None
    source_url: str
    line: int | None
    missing: list
    is_draft: bool


def sections():
    """Return the names of the parts of the portal that results stand in."""
    return {
        "goals": _("Goals"),
        "themes": _("Themes"),
        "sdgs": _("SDGs"),
        "dialogue": _("Dialogue"),
        "library": _("Library"),
        GLOSSARY: _("Glossary"),
    }


def filters_of(query):
    """Return the filters that an address asks for, of those that there are."""
    return {
        name: query[name]
        for name in ("section", "document", "sdg")
        if query.get(name, "").isascii() and query.get(name, "").isalnum()
    }


def choices(counts, typed, filters, documents, sdgs):
    """Return the Choices of each filter, in the order in which the portal shows them.

    Choosing what is chosen takes the filter away.
    """
    asked = {"q": typed} | filters
    active = get_language()
    labels = {
        "section": {value: Text(label, active) for value, label in sections().items()},
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
        name: [
            Choice(
                label,
                counts.get(name, {}).get(value, 0),
                filters.get(name) == value,
                changed(asked, name, "" if filters.get(name) == value else value),
            )
            for value, label in named.items()
            if counts.get(name, {}).get(value) or filters.get(name) == value
        ]
        for name, named in labels.items()
    }


def changed(asked, name, value):
    """Return the query of an address with another value of one filter, or without it."""
    return urlencode({other: its for other, its in (asked | {name: value}).items() if its})


@remembered
def documents_by_slug():
    return {document.slug: document for document in Document.objects.all()}


@remembered
def all_sdgs():
    return list(Sdg.objects.all())


def split_terms(results, filters):
    """Part the glossary's terms from the other results, unless they are what is asked for.

    Returns the other results, and the few terms that have all words of the query in their names.
    """
    if filters.get("section") == GLOSSARY:
        return results.ranked, []
    marker = facet("section", GLOSSARY)
    names = [{f"{TITLE}{term}" for term in clause.terms} for clause in results.expansion.clauses]
    terms = [
        found
        for found in results.ranked
        if marker in found.markers and all(not own.isdisjoint(found.markers) for own in names)
    ]
    return [found for found in results.ranked if marker not in found.markers], terms[:MAX_TERMS]


def hits(results, ranked, documents):
    """Return the Hit of each of some ranked entries, by the entry. One query of the database."""
    rows = SearchEntry.objects.in_bulk([found.entry_id for found in ranked])
    wanted = wanted_terms(results.expansion)
    names = sections()
    sources = {
        slug: (localized(document, "short_title"), document.get_absolute_url())
        for slug, document in documents.items()
    }
    return {
        found.entry_id: hit(
            rows[found.entry_id], found, wanted, names, sources, results.missing(found)
        )
        for found in ranked
        if found.entry_id in rows
    }


def hit(row, found, wanted, names, sources, missing):
    text, title = shown_texts(row, wanted)
    is_draft = row.audience != PUBLIC
    source, source_url = sources.get(row.place.get("document"), (None, ""))
    return Hit(
        row.code,
        title,
        text,
        marked(text, wanted),
        address(row, is_draft),
        names.get(section_of(found.markers), ""),
        source,
        source_url,
        row.place.get("line"),
        missing,
        is_draft,
    )


def section_of(markers):
    """Return the part of the portal that an entry with these markers stands in."""
    facets = [read_facet(marker) for marker in markers if marker.startswith(FACET)]
    return next((value for name, value in facets if name == "section"), "")


def shown_texts(row, wanted):
    """Return text and title in the reader's language or, where only that has the words, another."""
    active = get_language()
    # Codes are written alike in all languages, and a text need not repeat its own.
    told = {name: clause for name, clause in wanted.items() if not name.startswith(CODE)}
    languages = [code for code in [active, *others(active)] if any(row.texts.get(code, []))]
    # Another language's title alone is no reason to show its text, which has not the words either.
    parts = {code: row.texts[code] if code == active else row.texts[code][1:] for code in languages}
    chosen = next(
        (code for code in languages if any(places(part, told) for part in parts[code])),
        languages[0] if languages else active,
    )
    title, text = row.texts.get(chosen, ["", ""])
    own_title, _own_text = row.texts.get(active, ["", ""])
    shown = Text(own_title or title, active if own_title else chosen)
    return Text(text, chosen), shown._replace(value=shown.value.split("\n")[0])


def marked(text, wanted):
    """Return the passage of a text that has most of the words, as HTML with the words marked."""
    found = passage(text.value, wanted)
    return format_html(
        "{}{}{}",
        "… " if found.is_cut_before else "",
        mark(found.text, found.places, text.language),
        " …" if found.is_cut_after else "",
    )


def address(row, is_draft=False):
    """Return where an entry leads in the reader's language; a draft, to its form."""
    if is_draft:
        model, key = row.place.get("form", [row.kind, row.record])
        return reverse(f"admin:{model.replace('.', '_')}_change", args=[key])
    path = reverse(row.place["page"], args=[row.place["key"]])
    return f"{path}#{row.place['anchor']}" if row.place["anchor"] else path
