"""Rank the entries that were fetched: BM25 over weighted clauses, the same on every database.

See Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from math import log
from typing import NamedTuple

from search.entries import ABOVE, BODY, GAP, MARK

SATURATION, LENGTH_NORMALISATION = 1.2, 0.5  # k1 and b of BM25
# What a word counts for in the title, by how much of the title the query says, and above it.
TITLE, WHOLE_TITLE, ABOVE_WEIGHT = 1.0, 2.0, 0.75
COVERAGE = 1.0
PROXIMITY_WEIGHT = 0.4
MAX_WORD_DISTANCE = 3  # words apart that still count as neighbours
MAX_COMPARED_POSITIONS = 8  # places of a word that are compared with those of the next


class RankedEntry(NamedTuple):
    """An entry with its score, the clauses that it has, and the markers of its row."""

    entry_id: int
    score: float
    clauses: tuple
    markers: list


class Ranking:
    """Scores rows for the clauses of one query."""

    def __init__(self, expansion):
        self.clauses = expansion.clauses
        self.length = expansion.length
        self.members = {}
        self.names = []
        for number, clause in enumerate(self.clauses):
            for term, weight in clause.terms.items():
                self.members.setdefault(term, []).append((number, weight))
            self.names += [(number, name) for name in clause.names]
        self.parts = {term for _number, name in self.names for part in name.words for term in part}
        self.wanted = self.parts.union(self.members)
        self.idf = [idf(clause, expansion) for clause in self.clauses]

    def rank(self, rows):
        """Return the RankedEntry entries of rows (id, weight, terms), best first, then oldest."""
        ranked = [self.ranked(*row) for row in rows]
        return sorted(ranked, key=lambda found: (-found.score, found.entry_id))

    def ranked(self, entry, weight, row):
        row, _mark, markers = row.partition(f" {MARK}")
        names, wanted = row.split(" "), self.wanted
        above = names.index(ABOVE)
        body = names.index(BODY, above)
        found = [ClauseMatches() for _group in self.clauses]
        others = {}
        for place, name in [found for found in enumerate(names) if found[1] in wanted]:
            for clause, worth in self.members.get(name, ()):
                found[clause].add(place, worth, above, body)
            if name in self.parts:
                others.setdefault(name, []).append(place)
        if others:
            self.add_names(others, found, above, body)
        length = 1 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * (len(names) - body) / self.length
        there = tuple(clause for clause, places in enumerate(found) if places.best)
        said = 0.0
        if any(places.in_title for places in found):
            said = TITLE + WHOLE_TITLE * title_coverage(names[:above], found)
        score = 0.0
        for clause in there:
            places = found[clause]
            count = places.in_body / length + said * places.in_title + ABOVE_WEIGHT * places.above
            part = self.idf[clause] * count * (SATURATION + 1) / (count + SATURATION)
            score += part * places.best
        score *= (len(there) / len(self.clauses)) ** COVERAGE
        if len(there) > 1:
            score += self.neighbours([places.places for places in found])
        return RankedEntry(entry, round(score * weight, 9), there, markers.split())

    def add_names(self, others, found, above, body):
        """Count other names of what the query calls, where all their words stand together."""
        counted = set()
        for clause, name in self.names:
            places = [
                sorted(place for term in part for place in others.get(term, ()))
                for part in name.words
            ]
            for start in places[0]:
                near = [any(abs(place - start) <= len(places) for place in part) for part in places]
                if all(near) and (clause, start) not in counted:
                    counted.add((clause, start))
                    found[clause].add(start, name.weight, above, body)

    def neighbours(self, places):
        """Return what it adds that words of the query stand near each other here too."""
        bonus = 0.0
        for clause in range(len(places) - 1):
            gaps = [
                abs(right - left)
                for left in places[clause][:MAX_COMPARED_POSITIONS]
                for right in places[clause + 1][:MAX_COMPARED_POSITIONS]
            ]
            if gaps and min(gaps) <= MAX_WORD_DISTANCE:
                least = min(self.idf[clause], self.idf[clause + 1])
                bonus += PROXIMITY_WEIGHT * least / max(1, min(gaps))
        return bonus


class ClauseMatches:
    """Where one clause stands in a row, and the most that any of its terms there counts for."""

    def __init__(self):
        self.in_title = self.above = self.in_body = self.best = 0.0
        self.places = []

    def add(self, place, worth, above, body):
        if place > body:
            self.in_body += worth
        elif place > above:
            self.above = max(self.above, worth)
        else:
            self.in_title = max(self.in_title, worth)
        self.best = max(self.best, worth)
        self.places.append(place)


def title_coverage(names, found):
    """Return how much of the title the query says, in the language where it says most of it."""
    said = {place for clause in found for place in clause.places}
    shares, start = [0.0], 0
    for place, name in enumerate([*names, GAP]):
        if name == GAP:
            if place > start:
                shares.append(sum(part in said for part in range(start, place)) / (place - start))
            start = place + 1
    return max(shares)


def idf(clause, expansion):
    """Return the weight of a clause by how few entries have it (the idf of BM25)."""
    entries = expansion.entries
    found = sum(expansion.frequency.get(term, 1) for term in clause.terms)
    if not clause.terms:
        found = 1
    found = min(entries, found)
    return log(1 + (entries - found + 0.5) / (found + 0.5))
