"""The wording of a document's line: without its marker, and with its corrections."""

import re
from collections.abc import Iterable
from typing import Protocol

# The ordinals from first to twelfth; the vowel sign at the end is often left out.
STEMS = "أول|ثاني|ثالث|رابع|خامس|سادس|سابع|ثامن|تاسع|عاشر"
ORDINAL = rf"(?:{STEMS})اً?|(?:حادي|ثاني) عشر"
# What may stand before the words of a line: a bullet, a number in quotation marks, an ordinal.
MARKER = re.compile(rf"^(?:- )?(?:’[0-9]+‘ )?(?:(?:{ORDINAL})\. )?")


class Replacement(Protocol):
    """The part of a Correction (library/models/documents.py) that is applied to a text."""

    original: str
    reading: str


def without_marker(text: str) -> str:
    """Return the text of a line without outer white space and without the marker before it."""
    return MARKER.sub("", text.strip())


def apply_corrections(text: str, corrections: Iterable[Replacement]) -> str:
    """Return the text of a line with its Corrections applied, and without its marker.

    Raises ValueError where the original of a correction is not exactly once in the line.
    """
    for correction in corrections:
        if text.count(correction.original) != 1:
            raise ValueError(correction.original)
        text = text.replace(correction.original, correction.reading)
    return without_marker(text)


def is_explained(text: str, line: str, corrections: Iterable[Replacement]) -> bool:
    """Whether a text is the wording of its line, or what the corrections of the line make of it."""
    try:
        return text == apply_corrections(line, corrections)
    except ValueError:
        return False
