"""Parses a search query: its words, quoted phrases and codes, within limits of length."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from search.analysis import Word, normalise, words
from search.codes import Code, find_codes

MAX_QUERY_LENGTH = 200
MAX_QUERY_WORDS = 12

QUOTED = re.compile(r'"([^"]+)"|“([^”]+)”|«([^»]+)»|„([^“”]+)[“”]|’’([^‘’]+)‘‘|‘([^‘’]+)’')
REMOVED_CATEGORY = "Cf"  # joiners and direction marks, which occur inside words
# Control, surrogate, private use, unassigned.
REPLACED_CATEGORIES: set[str] = {"Cc", "Cs", "Co", "Cn"}

WRITTEN_STOP_WORDS = """
    إلا ألا كم
    في من على إلى عن مع ما هو هي هم هذا هذه ذلك تلك التي الذي الذين أن إن كل بين أو ثم لا لم لن هل
    كيف ماذا متى أين لماذا كما قد و ب ل أي عند لدى منذ حتى به بها له لها فيه فيها منه منها عليه
    عليها أجل أحد كان يكون تكون يتم تتم
    a an and are as at be been by can do does for from has have how i in into is it its of on or
    that the their them there these they this to was we were what when where which who why will with
"""
STOP_WORDS: frozenset[str] = frozenset(map(normalise, WRITTEN_STOP_WORDS.split()))


class Query(NamedTuple):
    """A parsed search query.

    `text` is the cleaned query, cut to its limits; the offsets of words and codes are those in it.
    `words` has no stop words, except within phrases or where there are no other words. `phrases`
    has the words of each part in quotation marks, which may be one word. `dropped` names the limits
    that the query exceeded: "length", "words".
    """

    text: str
    words: list[Word]
    phrases: list[list[Word]]
    codes: list[Code]
    dropped: tuple[str, ...]

    def written(self, word: Word) -> str:
        """Return a word as the query has it."""
        return self.text[word.start : word.end]


def parse_query(raw_query: str) -> Query:
    """Return the Query of any text that a person typed.

    Text beyond MAX_QUERY_LENGTH characters and words beyond MAX_QUERY_WORDS are left out.
    """
    dropped: list[str] = []
    text = clean(raw_query[: 4 * MAX_QUERY_LENGTH])
    if len(text) > MAX_QUERY_LENGTH or len(raw_query) > 4 * MAX_QUERY_LENGTH:
        text = text[:MAX_QUERY_LENGTH].rstrip()
        dropped.append("length")
    query_words = list(words(text))
    if len(query_words) > MAX_QUERY_WORDS:
        query_words = query_words[:MAX_QUERY_WORDS]
        dropped.append("words")
    end = query_words[-1].end if query_words else 0
    quoted = (quoted_words(match, query_words) for match in QUOTED.finditer(text))
    phrases = [phrase for phrase in quoted if phrase]
    phrase_words = {word for phrase in phrases for word in phrase}
    significant = [
        word for word in query_words if word in phrase_words or word.normal not in STOP_WORDS
    ]
    query_codes = [code for code in find_codes(text) if code.end <= end]
    return Query(text, significant or query_words, phrases, query_codes, tuple(dropped))


def clean(text: str) -> str:
    """Return a text without invisible and invalid characters, with single spaces."""
    categories = ((letter, unicodedata.category(letter)) for letter in text)
    kept = (
        " " if category in REPLACED_CATEGORIES else letter
        for letter, category in categories
        if category != REMOVED_CATEGORY
    )
    return " ".join("".join(kept).split())


def truncate_query(raw_query: str) -> str:
    """Return the part of a query within the limits of length and words, cleaned."""
    return " ".join(clean(raw_query[:MAX_QUERY_LENGTH]).split()[:MAX_QUERY_WORDS])


def quoted_words(match: re.Match[str], query_words: Sequence[Word]) -> list[Word]:
    """Return the words of a query inside the quotation marks of one match of QUOTED."""
    start, end = next(match.span(number) for number in range(1, 7) if match[number])
    return [word for word in query_words if start <= word.start and word.end <= end]
