"""Where a query's words stand in a text, and the passage of it that has most of them.

Only places in the original text are computed; nothing of the text is changed.
"""

from functools import lru_cache
from typing import NamedTuple

from search.analysis import term, words
from search.codes import codes

MAX_SNIPPET_LENGTH = 420  # letters; a longer text is cut around its words


class Snippet(NamedTuple):
    """A part of a text, where the wanted words stand in it, and whether text was left out."""

    text: str
    places: list[tuple[int, int]]
    is_cut_before: bool
    is_cut_after: bool


def wanted_terms(expansion):
    """Return each term that a query finds, with the number of its clause."""
    wanted = {}
    for number, clause in enumerate(expansion.clauses):
        for name in clause.terms:
            wanted.setdefault(name, number)
        for other in clause.names:
            for part in other.words:
                for name in part:
                    wanted.setdefault(name, number)
    return wanted


@lru_cache(maxsize=4096)
def analysed(text):
    """Return (start, end, term) of each word and code of a text; remembered, since texts recur."""
    found = [(word.start, word.end, term(word.normal)) for word in words(text)]
    return [*found, *((code.start, code.end, code.term) for code in codes(text))]


def places(text, wanted):
    """Return (start, end, clause) of each wanted word or code in a text, in order."""
    found = [(start, end, wanted[name]) for start, end, name in analysed(text) if name in wanted]
    apart, last = [], 0
    for start, end, clause in sorted(found, key=lambda place: (place[0], -place[1])):
        if start >= last:
            apart.append((start, end, clause))
            last = end
    return apart


def passage(text, wanted, longest=MAX_SNIPPET_LENGTH):
    """Return the Snippet of a text that has most of the wanted words, all of it if it is short."""
    found = places(text, wanted)
    first, last = 0, len(text)
    if len(text) > longest:
        first = window(text, found, longest)
        last = min(len(text), first + longest)
        if last < len(text):
            last = max(text.rfind(" ", first, last), first + longest // 2)
    inside = [
        (start - first, end - first)
        for start, end, _group in found
        if first <= start and end <= last
    ]
    return Snippet(text[first:last], inside, first > 0, last < len(text))


def window(text, found, longest):
    """Return where the passage begins: at a word, a little before the densest place."""
    best, most = 0, 0
    for start, _end, _group in found:
        clauses = {
            clause
            for place, end, clause in found
            if start <= place and end <= start + longest * 3 // 4
        }
        if len(clauses) > most:
            best, most = start, len(clauses)
    begin = max(0, min(best - longest // 5, len(text) - longest))
    return 0 if begin == 0 else text.find(" ", begin, best + 1) + 1 or begin
