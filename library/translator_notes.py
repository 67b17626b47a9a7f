"""Notes for translators in exchange files: where a text is in the documents, and its terms."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from django.db.models import Model
from django.utils.translation import gettext as _

from history.content_version import version_read_once
from languages.languages import text_in_language
from library.editions import standing
from library.glossary.terminology import source_terms
from library.models import Line, Term
from translations.units import Unit

UNITS_AT_ONCE = 200


def notes(units: Sequence[Unit]) -> list[list[str]]:
    """Return the sentences for each Unit: its line, what superseded it, its terms."""
    lines = Line.objects.select_related("document").in_bulk(
        {pk for unit in units if (pk := line_pk(unit.record))}
    )
    with version_read_once():
        return [
            [
                *line_notes(lines.get(line_pk(unit.record)), unit.row.language),
                *edition_notes(unit.record),
                *term_notes(unit, terms),
            ]
            for some_units in batched(units, UNITS_AT_ONCE)
            for unit, terms in zip(some_units, source_terms(some_units), strict=True)
        ]


def line_pk(record: Model) -> int | None:
    """Return the primary key of the line that a record cites, None where it cites none."""
    return getattr(record, "line_id", None)


def line_notes(line: Line | None, language: str) -> Iterator[str]:
    """Yield the document and number of a line in a language; nothing where the line is None."""
    if line is not None:
        yield _("%(source)s, line %(number)s") % {
            "source": text_in_language(line.document, "short_title", language) or line.document,
            "number": line.number,
        }


def edition_notes(record: Model) -> Iterator[str]:
    """Yield what superseded a text of an older edition; nothing for another."""
    code = getattr(record, "code", "")
    if code and (found := standing(code)):
        yield found.sentence


def term_notes(unit: Unit, terms: Iterable[Term]) -> Iterator[str]:
    """Yield, for each of the terms in the source of a Unit, its names in both its languages."""
    for term in terms:
        name, translation = (
            text_in_language(term, "term", code) for code in (unit.row.source, unit.row.language)
        )
        if name and translation:
            acronym = f" ({term.acronym})" if term.acronym else ""
            yield _("Glossary: %(term)s = %(translation)s") % {
                "term": name,
                "translation": f"{translation}{acronym}",
            }
