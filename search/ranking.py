"""Ranks the candidates by BM25 over weighted clauses, with the same result on either database.

See Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from math import log
from sys import intern
from typing import NamedTuple

from search.entries import ABOVE, BODY, GAP, MARKERS
from search.expansion import Clause, Expansion, Synonym

SATURATION, LENGTH_NORMALISATION = 1.2, 0.5  # k1 and b of BM25
# Weights of a match in the title, times the title's coverage by the query, and in titles above.
TITLE_WEIGHT, TITLE_COVERAGE_WEIGHT, ABOVE_WEIGHT = 1.0, 2.0, 0.75
COVERAGE_EXPONENT = 1.0
PROXIMITY_WEIGHT = 0.4
MAX_WORD_DISTANCE = 3  # positions between two words that count as near each other
MAX_KEPT = 1_024  # entries whose terms a process keeps apart
MAX_COMPARED_POSITIONS = 8  # of a clause, compared with those of the next clause


class EntryTerms(NamedTuple):
    """The terms of an entry (see search/entries.py), without the markers, and the markers.

    `above` and `body` are the positions of the separators in `terms`.
    """

    terms: tuple[str, ...]
    above: int
    body: int
    markers: tuple[str, ...]


class RankedEntry(NamedTuple):
    """A candidate and its score: higher is better.

    `clauses` are the positions of the query's clauses that it has, `markers` are those of its
    terms.
    """

    entry_id: int
    score: float
    clauses: tuple[int, ...]
    markers: tuple[str, ...]


class Ranking:
    """Scores entries for one query, given as its Expansion."""

    def __init__(self, expansion: Expansion) -> None:
        self.clauses = expansion.clauses
        self.mean_length = expansion.mean_length
        self.clauses_by_term: dict[str, list[tuple[int, float]]] = {}
        self.synonyms: list[tuple[int, Synonym]] = []
        for position, clause in enumerate(self.clauses):
            for term, weight in clause.terms.items():
                self.clauses_by_term.setdefault(term, []).append((position, weight))
            self.synonyms += [(position, synonym) for synonym in clause.synonyms]
        self.synonym_terms = {
            term
            for _position, synonym in self.synonyms
            for terms in synonym.words
            for term in terms
        }
        self.query_terms = self.synonym_terms.union(self.clauses_by_term)
        self.idf = [idf(clause, expansion) for clause in self.clauses]

    def rank(self, rows: Iterable[tuple[int, float, str]]) -> list[RankedEntry]:
        """Return the RankedEntry of each (id, weight, terms), best first, then oldest first."""
        entries = [self.score_row(*row) for row in rows]
        return sorted(entries, key=lambda entry: (-entry.score, entry.entry_id))

    def score_row(self, entry_id: int, weight: float, terms: str) -> RankedEntry:
        """Return the RankedEntry of an entry, with its `terms` as in search/entries.py."""
        row_terms, above, body, markers = split_terms(terms)
        matches = [ClauseMatches() for _clause in self.clauses]
        synonym_positions: dict[str, list[int]] = {}
        found = compress(enumerate(row_terms), map(self.query_terms.__contains__, row_terms))
        for position, term in found:
            for clause, term_weight in self.clauses_by_term.get(term, ()):
                matches[clause].add(position, term_weight, above, body)
            if term in self.synonym_terms:
                synonym_positions.setdefault(term, []).append(position)
        if synonym_positions:
            self.add_synonyms(synonym_positions, matches, above, body)
        length = (
            1
            - LENGTH_NORMALISATION
            + LENGTH_NORMALISATION * (len(row_terms) - body) / self.mean_length
        )
        present = tuple(
            clause for clause, clause_matches in enumerate(matches) if clause_matches.best
        )
        title_weight = 0.0
        if any(clause_matches.in_title for clause_matches in matches):
            title_weight = TITLE_WEIGHT + TITLE_COVERAGE_WEIGHT * title_coverage(
                row_terms[:above], matches
            )
        score = 0.0
        for clause in present:
            clause_matches = matches[clause]
            frequency = (
                clause_matches.in_body / length
                + title_weight * clause_matches.in_title
                + ABOVE_WEIGHT * clause_matches.above
            )
            clause_score = (
                self.idf[clause] * frequency * (SATURATION + 1) / (frequency + SATURATION)
            )
            score += clause_score * clause_matches.best
        score *= (len(present) / len(self.clauses)) ** COVERAGE_EXPONENT
        if len(present) > 1:
            score += self.proximity_bonus([clause_matches.positions for clause_matches in matches])
        return RankedEntry(entry_id, round(score * weight, 9), present, markers)

    def add_synonyms(
        self,
        synonym_positions: Mapping[str, Sequence[int]],
        matches: Sequence["ClauseMatches"],
        above: int,
        body: int,
    ) -> None:
        """Add the matches of synonyms, whose words must all stand near each other.

        `synonym_positions` maps terms to their positions, `above` and `body` are those of the
        separators.
        """
        counted: set[tuple[int, int]] = set()
        for clause, synonym in self.synonyms:
            positions_by_word = [
                sorted(position for term in terms for position in synonym_positions.get(term, ()))
                for terms in synonym.words
            ]
            for start in positions_by_word[0]:
                near = [
                    any(abs(position - start) <= len(positions_by_word) for position in positions)
                    for positions in positions_by_word
                ]
                if all(near) and (clause, start) not in counted:
                    counted.add((clause, start))
                    matches[clause].add(start, synonym.weight, above, body)

    def proximity_bonus(self, positions_by_clause: Sequence[Sequence[int]]) -> float:
        """Return the addition to the score for adjacent clauses that stand near each other."""
        bonus = 0.0
        for clause in range(len(positions_by_clause) - 1):
            gaps = [
                abs(right - left)
                for left in positions_by_clause[clause][:MAX_COMPARED_POSITIONS]
                for right in positions_by_clause[clause + 1][:MAX_COMPARED_POSITIONS]
            ]
            if gaps and min(gaps) <= MAX_WORD_DISTANCE:
                lower_idf = min(self.idf[clause], self.idf[clause + 1])
                bonus += PROXIMITY_WEIGHT * lower_idf / max(1, min(gaps))
        return bonus


class ClauseMatches:
    """The matches of one clause in an entry.

    `in_title`, `above` and `best` are the highest weight of a match in the title, in titles above
    and anywhere; `in_body` is the sum of the weights in the text.
    """

    __slots__ = ("above", "best", "in_body", "in_title", "positions")

    def __init__(self) -> None:
        self.in_title = self.above = self.in_body = self.best = 0.0
        self.positions: list[int] = []

    def add(self, position: int, weight: float, above: int, body: int) -> None:
        """Add a match with its weight; `above` and `body` are the positions of the separators."""
        if position > body:
            self.in_body += weight
        elif position > above:
            self.above = max(self.above, weight)
        else:
            self.in_title = max(self.in_title, weight)
        self.best = max(self.best, weight)
        self.positions.append(position)


@lru_cache(MAX_KEPT)
def split_terms(terms: str) -> EntryTerms:
    """Return the EntryTerms of an entry; those of recent results are kept."""
    terms, _separator, markers = terms.partition(f" {MARKERS}")
    # Entries have most of their words in common, so these are kept once.
    row_terms = tuple(map(intern, terms.split(" ")))
    above = row_terms.index(ABOVE)
    body = row_terms.index(BODY, above)
    return EntryTerms(row_terms, above, body, tuple(map(intern, markers.split())))


def title_coverage(title_terms: Iterable[str], matches: Iterable[ClauseMatches]) -> float:
    """Return the fraction of a title's terms that match, 0 to 1.

    Of the titles, which are in several languages, the one with the highest fraction counts.
    """
    matched = {position for clause_matches in matches for position in clause_matches.positions}
    coverages, start = [0.0], 0
    for position, term in enumerate([*title_terms, GAP]):
        if term == GAP:
            if position > start:
                coverages.append(
                    sum(title_position in matched for title_position in range(start, position))
                    / (position - start)
                )
            start = position + 1
    return max(coverages)


def idf(clause: Clause, expansion: Expansion) -> float:
    """Return the inverse document frequency of a clause, as in BM25: high for rare words."""
    entry_count = expansion.entry_count
    document_frequency = sum(expansion.frequencies.get(term, 1) for term in clause.terms)
    if not clause.terms:
        document_frequency = 1
    document_frequency = min(entry_count, document_frequency)
    return log(1 + (entry_count - document_frequency + 0.5) / (document_frequency + 0.5))
