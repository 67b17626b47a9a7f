"""Template filters for the annotations of lines; every template has them without {% load %}."""

from django import template

from library.annotations import line_annotations
from library.models import Correction, Line, Note

register = template.Library()


@register.filter
def corrections(line: Line | None) -> list[Correction]:
    """Return the corrections of a line, none where the line is None."""
    return line_annotations(line).corrections


@register.filter
def notes(line: Line | None) -> list[Note]:
    """Return the editorial notes on a line, none where the line is None."""
    return line_annotations(line).notes
