"""Template filters for the annotations of lines; every template has them without {% load %}."""

from django import template

from library.annotations import line_annotations

register = template.Library()


@register.filter
def corrections(line):
    """Return the corrections of a line as a list, empty where the line is None."""
    return line_annotations(line).corrections


@register.filter
def notes(line):
    """Return the editorial notes on a line as a list, empty where the line is None."""
    return line_annotations(line).notes
