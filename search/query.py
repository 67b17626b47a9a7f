"""Read what a person has typed: words, quoted phrases and codes, within bounds."""

import re
import unicodedata
from typing import NamedTuple

from search.analysis import Word, normalise, words
from search.codes import Code, codes

MAX_QUERY_LENGTH = 200
MAX_QUERY_WORDS = 12

QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”|«([^»]+)»|„([^“”]+)[“”]|’’([^‘’]+)‘‘|‘([^‘’]+)’')
MARKS = "Cf"  # joiners and marks of direction, which stand inside words
BROKEN = {"Cc", "Cs", "Co", "Cn"}  # controls, halves of characters, what is no character

EMPTY_WORDS = """
    إلا ألا كم
    في من على إلى عن مع ما هو هي هم هذا هذه ذلك تلك التي الذي الذين أن إن كل بين أو ثم لا لم لن هل
    كيف ماذا متى أين لماذا كما قد و ب ل أي عند لدى منذ حتى به بها له لها فيه فيها منه منها عليه
    عليها أجل أحد كان يكون تكون يتم تتم
    a an and are as at be been by can do does for from has have how i in into is it its of on or
    that the their them there these they this to was we were what when where which who why will with
"""
STOP_WORDS = frozenset(map(normalise, EMPTY_WORDS.split()))


class Query(NamedTuple):
    """What is searched for: the text without what nobody sees, its words, phrases and codes.

    A phrase is what stands in quotation marks, which may be one word.
    `dropped` says which bounds were passed: "length", "words".
    """

    text: str
    words: list[Word]
    phrases: list[list[Word]]
    codes: list[Code]
    dropped: tuple

    def written(self, word):
        return self.text[word.start : word.end]


def read(typed):
    """Return the Query of what a person typed, whatever it is."""
    dropped = []
    text = visible(typed[: 4 * MAX_QUERY_LENGTH])
    if len(text) > MAX_QUERY_LENGTH or len(typed) > 4 * MAX_QUERY_LENGTH:
        text = text[:MAX_QUERY_LENGTH].rstrip()
        dropped.append("length")
    found = list(words(text))
    if len(found) > MAX_QUERY_WORDS:
        found = found[:MAX_QUERY_WORDS]
        dropped.append("words")
    last = found[-1].end if found else 0
    quoted = (quoted_words(match, found) for match in QUOTED.finditer(text))
    phrases = [phrase for phrase in quoted if phrase]
    kept = {word for phrase in phrases for word in phrase}
    telling = [word for word in found if word in kept or word.normal not in STOP_WORDS]
    found_codes = [code for code in codes(text) if code.end <= last]
    return Query(text, telling or found, phrases, found_codes, tuple(dropped))


def visible(typed):
    """Return a text without controls, direction marks and broken characters, spaces reduced."""
    kinds = ((letter, unicodedata.category(letter)) for letter in typed)
    shown = (" " if kind in BROKEN else letter for letter, kind in kinds if kind != MARKS)
    return " ".join("".join(shown).split())


def within_bounds(typed):
    """Return as much of what a person typed as is searched for, without what nobody sees."""
    return " ".join(visible(typed[:MAX_QUERY_LENGTH]).split()[:MAX_QUERY_WORDS])


def quoted_words(match, found):
    start, end = next(match.span(number) for number in range(1, 7) if match[number])
    return [word for word in found if start <= word.start and word.end <= end]
