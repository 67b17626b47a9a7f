"""Finds codes in texts, and gives them terms of their own: GPG 1.3, SDG 16, 16.4, 16.a, I-24/7.

A code is letters and numbers, or at least two numbers. The last of several numbers may be one
letter, as in the targets of the SDGs. Its term is "xc", the letters, and the numbers with "x"
between them: xcgpg1x3. A code of letters and several numbers has a second term without the
letters, so that 24/7 finds I-24/7.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from search.analysis import normalise

NUMBERS = r"\d{1,4}(?:[./](?:\d{1,4}|[A-Za-z](?![A-Za-z])))"
CODE = re.compile(
    rf"(?<![A-Za-z])(?P<letters>[A-Za-z]{{1,6}})[ \u00a0-]?(?P<numbers>{NUMBERS}{{0,3}})(?!\d)"
    rf"|(?<![\d./])(?P<alone>{NUMBERS}{{1,3}})(?!\d)"
)
CODE_PREFIX = "xc"  # of a code's term


class Code(NamedTuple):
    """A code in a text: its term and its offsets in the text.

    `is_uppercase` says whether its letters are capitals; it is true of a code without letters.
    """

    term: str
    start: int
    end: int
    is_uppercase: bool


def find_codes(text: str) -> Iterator[Code]:
    """Yield each Code of a text, in order; the one without letters follows the one with letters.

    Any one to six letters before a number count as letters of a code.
    """
    for match in CODE.finditer(text):
        letters = match["letters"] or ""
        group = "numbers" if letters else "alone"
        numbers = "x".join(map(normalise, re.split(r"[./]", match[group])))
        if letters:
            term = f"{CODE_PREFIX}{letters.lower()}{numbers}"
            yield Code(term, match.start(), match.end(), letters.isupper())
        if "x" in numbers:
            yield Code(f"{CODE_PREFIX}{numbers}", match.start(group), match.end(), True)


def uppercase_code_terms(text: str) -> list[str]:
    """Return the terms of the codes that are in capitals, as the portal writes its own."""
    return [code.term for code in find_codes(text) if code.is_uppercase]
