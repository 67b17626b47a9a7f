"""Template filters for the annotations of lines; every template has them without {% load %}."""

from django import template

from library.annotations import line_annotations
from library.codes import to_slug
from library.editions import JoinedCode, Standing, former_codes
from library.editions import standing as find_standing
from library.models import Cited, Correction, Line, Note
from library.transcription import is_explained

register = template.Library()
register.filter("anchor", to_slug)


@register.filter
def corrections(line: Line | None) -> list[Correction]:
    """Return the corrections of a line, none where the line is None."""
    return line_annotations(line).corrections


@register.filter
def notes(line: Line | None) -> list[Note]:
    """Return the editorial notes on a line, none where the line is None."""
    return line_annotations(line).notes


@register.filter
def is_corrected(cited: Cited) -> bool:
    """Whether corrections of its line, and nothing else, make a text differ from the line."""
    if cited.line is None or not cited.original:
        return False
    found = line_annotations(cited.line).corrections
    return is_explained(cited.source_language_text, cited.line.text, found)


@register.filter
def standing(code: str) -> Standing | None:
    """Return what qualifies the text of a code of an older edition, None for any other."""
    return find_standing(code)


@register.filter
def formers(code: str) -> list[JoinedCode]:
    """Return the codes of the edition before that a code continues."""
    return former_codes(code)
