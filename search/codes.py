"""Codes are words of their own: GPG 1.3, SDG 16, 16.4, 16.a, I-24/7.

A code is letters and numbers, or at least two numbers; the last of several may be one letter, as
in targets of the SDGs. Its term starts with xc, and numbers are parted by x: xcgpg1x3. A code of
letters and several numbers has a second term without the letters, so that 24/7 finds I-24/7.
"""

import re
from typing import NamedTuple

from search.analysis import normalise

NUMBERS = r"\d{1,4}(?:[./](?:\d{1,4}|[A-Za-z](?![A-Za-z])))"
CODE = re.compile(
    rf"(?<![A-Za-z])(?P<letters>[A-Za-z]{{1,6}})[ \u00a0-]?(?P<numbers>{NUMBERS}{{0,3}})(?!\d)"
    rf"|(?<![\d./])(?P<alone>{NUMBERS}{{1,3}})(?!\d)"
)


MARK = "xc"  # what terms of codes start with


class Code(NamedTuple):
    """A code in a text: its term, where it stands, and whether it is written in capitals."""

    term: str
    start: int
    end: int
    is_written: bool


def codes(text):
    """Yield the codes in a text, those with letters first; any letters before a number count."""
    for match in CODE.finditer(text):
        letters = match["letters"] or ""
        place = "numbers" if letters else "alone"
        numbers = "x".join(map(normalise, re.split(r"[./]", match[place])))
        if letters:
            term = f"{MARK}{letters.lower()}{numbers}"
            yield Code(term, match.start(), match.end(), letters.isupper())
        if "x" in numbers:
            yield Code(f"{MARK}{numbers}", match.start(place), match.end(), True)


def written_codes(text):
    """Return the terms of the codes in a text of the portal, whose letters are capitals."""
    return [code.term for code in codes(text) if code.is_written]
