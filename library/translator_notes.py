"""Notes for translators in exchange files: where a text is in the documents, and its terms."""

from collections.abc import Iterator, Sequence

from django.db.models import Model
from django.utils.translation import gettext as _

from history.content_version import version_read_once
from languages.languages import text_in_language
from library.glossary.terminology import source_terms
from library.models import Line
from translations.units import Unit


def notes(units: Sequence[Unit]) -> list[list[str]]:
    """Return the sentences for each Unit: the citation of its line, then its terms."""
    lines = Line.objects.select_related("document").in_bulk(
        {pk for unit in units if (pk := line_pk(unit.record))}
    )
    with version_read_once():
        return [
            [
                *line_notes(lines.get(line_pk(unit.record)), unit.row.language),
                *term_notes(unit),
            ]
            for unit in units
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


def term_notes(unit: Unit) -> Iterator[str]:
    """Yield, for each term in the source of a Unit, its names in both languages of the Unit."""
    for term in source_terms(unit):
        name, translation = (
            text_in_language(term, "term", code) for code in (unit.row.source, unit.row.language)
        )
        if name and translation:
            acronym = f" ({term.acronym})" if term.acronym else ""
            yield _("Glossary: %(term)s = %(translation)s") % {
                "term": name,
                "translation": f"{translation}{acronym}",
            }
