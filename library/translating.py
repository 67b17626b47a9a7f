"""What translators are told about a text: where it stands in the documents, and its terms."""

from django.utils.translation import gettext as _

from bilingual.languages import in_language
from library.mentions import Finder
from library.models import Line, Term


def notes(units):
    """Return the citation and the terms of the glossary for each Unit."""
    lines = Line.objects.select_related("document").in_bulk(
        {number for unit in units if (number := line_of(unit.record))}
    )
    terms = {term.slug: term for term in Term.objects.all()} if units else {}
    finders = {
        language: Finder({slug: term.names(language) for slug, term in terms.items()})
        for language in {unit.row.source for unit in units}
    }
    return [
        [
            *citation(lines.get(line_of(unit.record)), unit.row.language),
            *hits(unit, terms, finders[unit.row.source]),
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


def hits(unit, terms, finder):
    """Yield what the terms in the source of a unit are called in both languages."""
    for slug in dict.fromkeys(mention.term for mention in finder.mentions(unit.source)):
        term = terms[slug]
        if term.pk == unit.record.pk and unit.row.model == term._meta.label_lower:
            continue
        name, other = (
            in_language(term, "term", code) for code in (unit.row.source, unit.row.language)
        )
        if name and other:
            acronym = f" ({term.acronym})" if term.acronym else ""
            yield _("Glossary: %(term)s = %(translation)s") % {
                "term": name,
                "translation": f"{other}{acronym}",
            }
