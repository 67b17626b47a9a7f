"""What translators are told about a text: where it stands in the documents, and its terms."""

from django.utils.translation import gettext as _

from history.content_version import reading_once
from languages.languages import in_language
from library.glossary.terminology import terms_in
from library.models import Line


def notes(units):
    """Return the citation and the terms of the glossary for each Unit."""
    lines = Line.objects.select_related("document").in_bulk(
        {number for unit in units if (number := line_of(unit.record))}
    )
    with reading_once():
        return [
            [
                *citation(lines.get(line_of(unit.record)), unit.row.language),
                *hits(unit),
            ]
            for unit in units
        ]


def line_of(record):
    return getattr(record, "line_id", None)


def citation(line, language):
    if line is not None:
        yield _("%(source)s, line %(number)s") % {
            "source": in_language(line.document, "short_title", language) or line.document,
            "number": line.number,
        }


def hits(unit):
    """Yield what the terms in the source of a unit are called in both languages."""
    for term in terms_in(unit):
        name, other = (
            in_language(term, "term", code) for code in (unit.row.source, unit.row.language)
        )
        if name and other:
            acronym = f" ({term.acronym})" if term.acronym else ""
            yield _("Glossary: %(term)s = %(translation)s") % {
                "term": name,
                "translation": f"{other}{acronym}",
            }
