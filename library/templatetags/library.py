"""What is said about the lines of the documents; built into every template."""

from django import template

from library.annotations import annotations_of

register = template.Library()


@register.filter
def corrections(line):
    """The corrections of a line, none where there is no line."""
    return annotations_of(line).corrections


@register.filter
def notes(line):
    """The notes on a line, none where there is no line."""
    return annotations_of(line).notes
