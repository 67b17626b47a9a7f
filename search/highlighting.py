"""Finds the words of a query in a text, and the snippet of the text that has most of them.

Offsets are those of the original text; nothing of the text is changed.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from search.analysis import to_term, words
from search.codes import find_codes
from search.expansion import Expansion

MAX_SNIPPET_LENGTH = 420  # characters; a longer text is cut around its matches


class Snippet(NamedTuple):
    """A part of a text for a result.

    `spans` are the (start, end) offsets of the query's words in `text`. `is_cut_before` and
    `is_cut_after` say whether text was left out on that side.
    """

    text: str
    spans: list[tuple[int, int]]
    is_cut_before: bool
    is_cut_after: bool


def map_terms_to_clauses(expansion: Expansion) -> dict[str, int]:
    """Return a mapping of each term that a query may match to the position of its clause."""
    clause_by_term: dict[str, int] = {}
    for position, clause in enumerate(expansion.clauses):
        for term in clause.terms:
            clause_by_term.setdefault(term, position)
        for synonym in clause.synonyms:
            for terms in synonym.words:
                for term in terms:
                    clause_by_term.setdefault(term, position)
    return clause_by_term


@lru_cache(maxsize=4096)
def analyse_with_offsets(text: str) -> list[tuple[int, int, str]]:
    """Return (start, end, term) of each word and code of a text.

    Results are cached, since the same texts are shown again and again.
    """
    word_terms = [(word.start, word.end, to_term(word.normal)) for word in words(text)]
    return [*word_terms, *((code.start, code.end, code.term) for code in find_codes(text))]


@lru_cache(maxsize=4096)
def text_terms(text: str) -> frozenset[str]:
    """Return the terms of a text; cached as the result of analyse_with_offsets() is."""
    return frozenset(term for _start, _end, term in analyse_with_offsets(text))


def has_match(text: str, terms: Iterable[str]) -> bool:
    """Whether a text has any of these terms."""
    return not text_terms(text).isdisjoint(terms)


def find_matches(text: str, clause_by_term: Mapping[str, int]) -> list[tuple[int, int, int]]:
    """Return (start, end, clause) of each word or code of a text that a query matches, in order.

    `clause_by_term` is the mapping of map_terms_to_clauses(). Matches do not overlap: of two that
    do, the first counts, and of two with the same start the longer one.
    """
    matches = [
        (start, end, clause_by_term[term])
        for start, end, term in analyse_with_offsets(text)
        if term in clause_by_term
    ]
    separate: list[tuple[int, int, int]] = []
    last_end = 0
    for start, end, clause in sorted(matches, key=lambda match: (match[0], -match[1])):
        if start >= last_end:
            separate.append((start, end, clause))
            last_end = end
    return separate


def make_snippet(
    text: str, clause_by_term: Mapping[str, int], max_length: int = MAX_SNIPPET_LENGTH
) -> Snippet:
    """Return the Snippet of a text that has most clauses of a query.

    A text of at most `max_length` characters is the snippet as a whole.
    """
    matches = find_matches(text, clause_by_term)
    snippet_start, snippet_end = 0, len(text)
    if len(text) > max_length:
        snippet_start = best_start(text, matches, max_length)
        snippet_end = min(len(text), snippet_start + max_length)
        if snippet_end < len(text):
            snippet_end = max(
                text.rfind(" ", snippet_start, snippet_end), snippet_start + max_length // 2
            )
    spans = [
        (start - snippet_start, end - snippet_start)
        for start, end, _clause in matches
        if snippet_start <= start and end <= snippet_end
    ]
    return Snippet(
        text[snippet_start:snippet_end], spans, snippet_start > 0, snippet_end < len(text)
    )


def best_start(text: str, matches: Collection[tuple[int, int, int]], max_length: int) -> int:
    """Return the offset where a snippet begins: a little before the part with most clauses.

    It is the start of a word where there is a space in reach. `matches` is a result of
    find_matches().
    """
    best, most_clauses = 0, 0
    for start, _end, _clause in matches:
        clauses = {
            clause
            for position, end, clause in matches
            if start <= position and end <= start + max_length * 3 // 4
        }
        if len(clauses) > most_clauses:
            best, most_clauses = start, len(clauses)
    snippet_start = max(0, min(best - max_length // 5, len(text) - max_length))
    return 0 if snippet_start == 0 else text.find(" ", snippet_start, best + 1) + 1 or snippet_start
