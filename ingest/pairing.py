"""Proposes which lines of two languages say the same, by an alignment that a person confirms.

As in Gale and Church, A Program for Aligning Sentences in Bilingual Corpora (1993), the cheapest
sequence of pairs is sought, in which a line of one language stands against none, one or two lines
of the other. The cost of a pair follows from the lengths of its texts, and from what both have in
common that needs no translation: numbers, acronyms and terms of the glossary.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import erfc, log, sqrt
from typing import NamedTuple

from library.glossary.terminology import Terminology, terminology
from translations.numbers import find_number_words, find_numbers

# The costs of a pair by the numbers of its lines, as negative logarithms of how often it occurs.
PRIORS: dict[tuple[int, int], float] = {
    (1, 1): -log(0.80),
    (1, 0): -log(0.05),
    (0, 1): -log(0.05),
    (2, 1): -log(0.05),
    (1, 2): -log(0.05),
}
VARIANCE = 6.8  # of the length of a translation, for each character of the source (Gale and Church)
MAX_LENGTH_COST = 9.0
MIN_TAIL = 1e-12
SHARED_WEIGHT, MISSING_WEIGHT = 1.6, 0.9
MAX_DRIFT = 40  # lines by which two texts may differ from one pace, besides a fiftieth of them
ACRONYM = re.compile(r"\b[A-Z][A-Z0-9&-]+\b")


class Pair(NamedTuple):
    """Lines of the source and of the translation, as indexes from 0 on; either may have none."""

    source: tuple[int, ...]
    target: tuple[int, ...]


class Signature(NamedTuple):
    """What is compared of some lines: their length in characters, and their numbers and terms."""

    length: int
    marks: frozenset[str]


def pair_lines(
    source: Sequence[str], target: Sequence[str], source_language: str, target_language: str
) -> list[Pair]:
    """Return the pairs of the lines of a text and of its translation, in order.

    Each line is in one pair. Blank lines should be left out before.
    """
    names = terminology(
        [(source_language, text) for text in source] + [(target_language, text) for text in target]
    )
    sources = [signature(text, source_language, names) for text in source]
    targets = [signature(text, target_language, names) for text in target]
    return Alignment(sources, targets).pairs()


def signature(text: str, language: str, names: Terminology) -> Signature:
    """Return the Signature of a line."""
    marks = {f"number {number}" for number in find_numbers(text)}
    marks |= {f"number {value}" for value in find_number_words(text, language)}
    marks |= {f"term {term.slug}" for term in names.mentioned_terms(text, language)}
    marks |= {f"acronym {acronym}" for acronym in ACRONYM.findall(text)}
    return Signature(len(text.strip()), frozenset(marks))


class Alignment:
    """The cheapest sequence of pairs of two sequences of lines."""

    def __init__(self, sources: Sequence[Signature], targets: Sequence[Signature]) -> None:
        self.sources, self.targets = sources, targets
        self.ratio = max(1, total_length(targets)) / max(1, total_length(sources))
        occurrences = Counter(mark for line in [*sources, *targets] for mark in line.marks)
        # A mark of every line says nothing, one of two lines says most.
        lines = len(sources) + len(targets)
        self.weights = {mark: log(lines / times) for mark, times in occurrences.items()}
        self.drift = MAX_DRIFT + max(len(sources), len(targets)) // 50

    def pairs(self) -> list[Pair]:
        """Return the pairs in order."""
        costs: dict[tuple[int, int], float] = {(0, 0): 0.0}
        steps: dict[tuple[int, int], tuple[int, int]] = {}
        for i, j in self.cells():
            for size in PRIORS:
                before = (i - size[0], j - size[1])
                if before not in costs:
                    continue
                cost = costs[before] + self.cost(before, (i, j))
                if (i, j) not in costs or cost < costs[i, j]:
                    costs[i, j], steps[i, j] = cost, size
        return list(reversed([*self.trace(steps)]))

    def cells(self) -> Iterator[tuple[int, int]]:
        """Yield the numbers of lines before each place that pairs may end at, in order."""
        pace = len(self.targets) / max(1, len(self.sources))
        width = round(self.drift * max(1, pace))
        for i in range(len(self.sources) + 1):
            middle = round(i * pace)
            for j in range(max(0, middle - width), min(len(self.targets), middle + width) + 1):
                if (i, j) != (0, 0):
                    yield i, j

    def trace(self, steps: dict[tuple[int, int], tuple[int, int]]) -> Iterator[Pair]:
        """Yield the pairs from the last to the first."""
        i, j = len(self.sources), len(self.targets)
        while (i, j) != (0, 0):
            size = steps[i, j]
            i, j = i - size[0], j - size[1]
            yield Pair(tuple(range(i, i + size[0])), tuple(range(j, j + size[1])))

    def cost(self, before: tuple[int, int], after: tuple[int, int]) -> float:
        """Return the cost of the pair between two places."""
        source, target = self.sources[before[0] : after[0]], self.targets[before[1] : after[1]]
        prior = PRIORS[len(source), len(target)]
        if not source or not target:
            return prior + MAX_LENGTH_COST / 2
        lengths = self.length_cost(total_length(source), total_length(target))
        return prior + lengths - self.likeness(marks_of(source), marks_of(target))

    def length_cost(self, source: int, target: int) -> float:
        """Return the cost of a translation of a length, in characters."""
        expected = source * self.ratio
        deviation = (target - expected) / sqrt(VARIANCE * max(1.0, (expected + target) / 2))
        return min(-log(max(MIN_TAIL, erfc(abs(deviation) / sqrt(2)))), MAX_LENGTH_COST)

    def likeness(self, source: frozenset[str], target: frozenset[str]) -> float:
        """Return how much two texts have in common, less what only one of them has."""
        shared = sum(self.weights[mark] for mark in source & target)
        single = sum(self.weights[mark] for mark in source ^ target)
        return SHARED_WEIGHT * shared - MISSING_WEIGHT * single / 2


def total_length(lines: Iterable[Signature]) -> int:
    """Return the number of characters of some lines together."""
    return sum(line.length for line in lines)


def marks_of(lines: Iterable[Signature]) -> frozenset[str]:
    """Return the marks of some lines together."""
    return frozenset().union(*(line.marks for line in lines))
