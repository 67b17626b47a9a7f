"""What stands at the beginning and the end of a line: bullets, numbers, ordinals, final stops."""

import re

from library.transcription import ORDINAL

BULLETS = "-–—•●○◦▪■□◆►▶✓·*\u2023\u2043"
# A bullet, a number or a letter with a mark after it, or an ordinal with a full stop.
ITEM = re.compile(
    rf"^\s*(?:[{BULLETS}]\s|’[0-9]+‘\s|\(?(?:[0-9٠-٩]{{1,3}}|[a-zA-Zأ-ي]ـ?)[.)،-]\s|(?:{ORDINAL})[.:]\s)"
)
NUMBERED = re.compile(rf"^\s*(?:{ORDINAL})[.:]\s")
# What may stand after the final stop.
ENDING = re.compile(r"[.!?؟؛:;…][»”’‘\")\]]*\s*$")


def begins_item(text: str) -> bool:
    """Whether a line begins with a bullet, a number or an ordinal."""
    return bool(ITEM.match(text))


def begins_with_ordinal(text: str) -> bool:
    """Whether a line begins with an ordinal, as the headings of parts do: «أولاً. …»."""
    return bool(NUMBERED.match(text))


def ends_sentence(text: str) -> bool:
    """Whether a line ends with a final stop, a colon or a semicolon."""
    return bool(ENDING.search(text))
