"""Rank the entries that were fetched: BM25 over weighted groups, the same on every database.

See Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from math import log
from typing import NamedTuple

from search.entries import ABOVE, BODY, GAP, MARK

SATURATION, LENGTH_SHARE = 1.2, 0.5  # k1 and b of BM25
# What a word counts for in the title, by how much of the title the query says, and above it.
TITLE, WHOLE_TITLE, ABOVE_WEIGHT = 1.0, 2.0, 0.75
COVERAGE = 1.0
NEIGHBOURS = 0.4
NEAR = 3  # words apart that still count as neighbours
COMPARED = 8  # places of a word that are compared with those of the next


class Ranked(NamedTuple):
    """An entry with its score, the groups that it has, and the markers of its row."""

    entry: int
    score: float
    groups: tuple
    markers: list


class Ranking:
    """Scores rows for the groups of one query."""

    def __init__(self, expansion):
        self.groups = expansion.groups
        self.length = expansion.length
        self.members = {}
        self.names = []
        for number, group in enumerate(self.groups):
            for term, weight in group.terms.items():
                self.members.setdefault(term, []).append((number, weight))
            self.names += [(number, name) for name in group.names]
        self.parts = {term for _number, name in self.names for part in name.words for term in part}
        self.wanted = self.parts.union(self.members)
        self.rarity = [rarity(group, expansion) for group in self.groups]

    def rank(self, rows):
        """Return the Ranked entries of rows (id, weight, terms), best first, then oldest."""
        ranked = [self.ranked(*row) for row in rows]
        return sorted(ranked, key=lambda found: (-found.score, found.entry))

    def ranked(self, entry, weight, row):
        row, _mark, markers = row.partition(f" {MARK}")
        names, wanted = row.split(" "), self.wanted
        above = names.index(ABOVE)
        body = names.index(BODY, above)
        found = [Found() for _group in self.groups]
        others = {}
        for place, name in [found for found in enumerate(names) if found[1] in wanted]:
            for group, worth in self.members.get(name, ()):
                found[group].add(place, worth, above, body)
            if name in self.parts:
                others.setdefault(name, []).append(place)
        if others:
            self.add_names(others, found, above, body)
        length = 1 - LENGTH_SHARE + LENGTH_SHARE * (len(names) - body) / self.length
        there = tuple(group for group, places in enumerate(found) if places.best)
        said = 0.0
        if any(places.in_title for places in found):
            said = TITLE + WHOLE_TITLE * share_of_title(names[:above], found)
        score = 0.0
        for group in there:
            places = found[group]
            count = places.in_body / length + said * places.in_title + ABOVE_WEIGHT * places.above
            part = self.rarity[group] * count * (SATURATION + 1) / (count + SATURATION)
            score += part * places.best
        score *= (len(there) / len(self.groups)) ** COVERAGE
        if len(there) > 1:
            score += self.neighbours([places.places for places in found])
        return Ranked(entry, round(score * weight, 9), there, markers.split())

    def add_names(self, others, found, above, body):
        """Count other names of what the query calls, where all their words stand together."""
        counted = set()
        for group, name in self.names:
            places = [
                sorted(place for term in part for place in others.get(term, ()))
                for part in name.words
            ]
            for start in places[0]:
                near = [any(abs(place - start) <= len(places) for place in part) for part in places]
                if all(near) and (group, start) not in counted:
                    counted.add((group, start))
                    found[group].add(start, name.weight, above, body)

    def neighbours(self, places):
        """Return what it adds that words of the query stand near each other here too."""
        bonus = 0.0
        for group in range(len(places) - 1):
            gaps = [
                abs(right - left)
                for left in places[group][:COMPARED]
                for right in places[group + 1][:COMPARED]
            ]
            if gaps and min(gaps) <= NEAR:
                least = min(self.rarity[group], self.rarity[group + 1])
                bonus += NEIGHBOURS * least / max(1, min(gaps))
        return bonus


class Found:
    """Where one group stands in a row, and the most that any of its terms there counts for."""

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


def share_of_title(names, found):
    """Return how much of the title the query says, in the language where it says most of it."""
    said = {place for group in found for place in group.places}
    shares, start = [0.0], 0
    for place, name in enumerate([*names, GAP]):
        if name == GAP:
            if place > start:
                shares.append(sum(part in said for part in range(start, place)) / (place - start))
            start = place + 1
    return max(shares)


def rarity(group, expansion):
    """Return the weight of a group by how few entries have it (the idf of BM25)."""
    entries = expansion.entries
    found = sum(expansion.frequency.get(term, 1) for term in group.terms)
    if not group.terms:
        found = 1
    found = min(entries, found)
    return log(1 + (entries - found + 0.5) / (found + 0.5))
