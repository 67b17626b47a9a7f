"""The filters of the search page: their choices, with the number of results of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlencode

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from history.content_version import cached_by_version
from languages.languages import Text, localized
from languages.templatetags.languages import attributes
from library.models import Document
from sdg_links.models import Sdg

GLOSSARY = "glossary"
MAX_KEPT = 4_096  # labels with counts that a process keeps as HTML
# The attribute of the link of a value, by whether it is chosen.
# nosemgrep: text-declared-safe (constants)
ARIA_CURRENT = {True: SafeString(' aria-current="true"'), False: SafeString()}


@dataclass(frozen=True)
class FilterChoice:
    """A value of a filter, the number of results that have it, and the link that chooses it.

    `query` is the query string of the link; the link of a chosen value removes the filter. A
    template shows the choice as this link.
    """

    label: Text
    count: int
    is_chosen: bool
    query: str

    def __str__(self) -> str:
        return format_html(
            '<a href="?{}"{}>{}</a>',
            self.query,
            ARIA_CURRENT[self.is_chosen],
            counted_label(self.label, self.count),
        )


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
    labels: Mapping[str, Mapping[str, Text]],
) -> dict[str, list[FilterChoice]]:
    """Return the choices of each facet that any result has, in the portal's order.

    `counts` are those of search.engine.Results, `filters` the chosen values by facet, `labels` the
    result of filter_labels() or section_labels(). Choosing a chosen value again removes the filter.
    """
    parameters = {"q": raw_query} | filters
    encoded = {name: urlencode({name: value}) for name, value in parameters.items() if value}
    choices: dict[str, list[FilterChoice]] = {}
    for facet, label_by_value in labels.items():
        facet_counts, chosen = counts.get(facet, {}), filters.get(facet)
        choices[facet] = [
            FilterChoice(
                label,
                facet_counts.get(value, 0),
                chosen == value,
                filter_query(encoded, facet, "" if chosen == value else value),
            )
            for value, label in label_by_value.items()
            if facet_counts.get(value) or chosen == value
        ]
    return choices


def filter_query(encoded: dict[str, str], facet: str, value: str) -> str:
    """Return the query string with another value of a filter, or without the filter ("").

    `encoded` has the present parameters as they stand in a query string. Facets and their values
    are ASCII letters and digits.
    """
    parts = encoded | {facet: f"{facet}={value}" if value else ""}
    return "&".join(filter(None, parts.values()))


@lru_cache(MAX_KEPT)
def counted_label(label: Text, count: int) -> SafeString:
    """Return the label of a value and the number of its results as HTML."""
    return format_html(
        '<span {}>{}</span> <span class="count">{}</span>',
        attributes(label.language),
        label.value,
        count,
    )


@cached_by_version
def filter_labels(language: str) -> dict[str, dict[str, Text]]:
    """Return the labels of the values of each facet in the portal's order, by facet and value.

    `language` is the active one.
    """
    return section_labels(language) | {
        "document": {
            str(document.number): localized(document, "short_title")
            for document in documents_by_slug().values()
        },
        "sdg": {
            str(sdg.number): name._replace(value=f"{sdg.number}. {name.value}")
            for sdg in Sdg.objects.all()
            for name in [localized(sdg, "name")]
        },
    }


def section_labels(language: str) -> dict[str, dict[str, Text]]:
    """Return the part of filter_labels() that needs no query."""
    return {"section": {value: Text(name, language) for value, name in section_names().items()}}


@cached_by_version
def documents_by_slug() -> dict[str, Document]:
    """Return all documents by their slugs."""
    return {document.slug: document for document in Document.objects.all()}
