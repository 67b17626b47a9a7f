"""Search: read the query, fetch a bounded number of candidates, rank them, count them.

The database fetches at most MAX_CANDIDATES entries a step, so a search takes about the same time at
any size; who may see an entry and what results are filtered by is part of each step.
"""

from collections import Counter
from math import prod
from typing import NamedTuple

from django.db import connections, router

from search.entries import FACET, PUBLIC, TITLE, facet, indexes, read_facet
from search.expansion import Expansion, expand
from search.fulltext_query import (
    PhraseQuery,
    TermQuery,
    TooSlowError,
    all_of,
    any_of,
    any_term,
    open_matcher,
)
from search.models import SearchEntry
from search.query import Query, read
from search.ranking import Ranking
from search.vocabulary import look_up

MAX_CANDIDATES = 120
MAX_TITLE_CANDIDATES = 60
MIN_CANDIDATES = 20
UNKNOWN_TERM = "0nowhere"  # a term that no entry has
MAX_FIRST_WORD_TERMS = 6  # forms of the first word of a quoted phrase


class Candidates(NamedTuple):
    """The ids that were fetched; whether there may be more; whether time ran out."""

    ids: list
    is_full: bool
    is_partial: bool


class Results(NamedTuple):
    """What a search found: Ranked entries, best first, and how many have each facet's values."""

    query: Query
    expansion: Expansion
    ranked: list
    counts: dict
    is_full: bool
    is_partial: bool

    @property
    def correction(self):
        """The query with its misspelt words put right, or "" where there are none."""
        return self.expansion.correction

    def missing(self, ranked):
        """Return the words of the query that an entry does not have."""
        there = set(ranked.clauses)
        return [
            clause.written
            for number, clause in enumerate(self.expansion.clauses)
            if number not in there
        ]


def search(typed, audience=(PUBLIC,), filters=None):
    """Return the Results of what somebody typed, within what they may see.

    `filters` maps names of facets to the value that results must have; the counts of a facet
    leave its own filter out, so that they say what choosing another value would find.
    """
    query = read(typed)
    expansion = expand(query) if query.words else Expansion([], [], {}, 0, 1, "")
    wanted = {name: facet(name, value) for name, value in (filters or {}).items()}
    if not any(clause.terms or clause.names for clause in expansion.clauses):
        return Results(query, expansion, [], {}, False, False)
    everything = fetch(expansion, audience)
    ranked = Ranking(expansion).rank(rows_of(everything.ids))
    if everything.is_full and wanted:
        candidates = fetch(expansion, audience, wanted.values())
        seen = {found.entry_id for found in ranked}
        more = rows_of([entry for entry in candidates.ids if entry not in seen])
        ranked = sorted(
            [*ranked, *Ranking(expansion).rank(more)],
            key=lambda found: (-found.score, found.entry_id),
        )
    kept = [found for found in ranked if set(wanted.values()) <= set(found.markers)]
    return Results(
        query, expansion, kept, count(ranked, wanted), everything.is_full, everything.is_partial
    )


def search_expression(typed):
    """Return what finds the entries that have all words of what somebody typed.

    Returns None where there is no word in it; a word that the index does not know finds nothing.
    """
    query = read(typed)
    if not query.words:
        return None
    expansion = expand(query)
    clauses = [expression(clause) for clause in expansion.clauses if clause.terms or clause.names]
    if len(clauses) < len(expansion.clauses):
        return TermQuery(UNKNOWN_TERM)
    return all_of([*clauses, *phrases(expansion)])


def count(ranked, wanted):
    """Return, for each facet, how many entries have each value and what else is asked for."""
    counts = {}
    for found in ranked:
        markers = [marker for marker in found.markers if marker.startswith(FACET)]
        lacking = [name for name, marker in wanted.items() if marker not in markers]
        for name, value in map(read_facet, markers):
            if not lacking or lacking == [name]:
                counts.setdefault(name, Counter())[value] += 1
    return counts


def rows_of(ids):
    rows = SearchEntry.objects.filter(pk__among=ids).values_list("pk", "kind", "terms")
    return [(pk, indexes[kind].weight if kind in indexes else 1.0, row) for pk, kind, row in rows]


def fetch(expansion, audience, markers=()):
    """Fetch entries that have all words; where these are too few, also those with most or some."""
    connection = connections[router.db_for_read(SearchEntry)]
    fetching = CandidateSearch(expansion, markers)
    try:
        with open_matcher(connection, expansion.entries, audience) as fetching.matcher:
            is_full = fetching.run()
    except TooSlowError:
        return Candidates(list(fetching.ids), True, True)
    return Candidates(list(fetching.ids), is_full, False)


class CandidateSearch:
    """The steps in which the candidates is fetched, each of at most MAX_CANDIDATES entries."""

    matcher = None

    def __init__(self, expansion, markers):
        self.expansion = expansion
        self.limits = list(map(TermQuery, markers))
        self.clauses = [clause for clause in expansion.clauses if clause.terms or clause.names]
        self.expressions = [expression(clause) for clause in self.clauses]
        self.phrases = phrases(expansion)
        self.ids = {}

    def run(self):
        """Fetch, and return whether there may be more entries with all words."""
        selectivities = [self.selectivity(clause) for clause in self.clauses]
        rarest_first = sorted(range(len(selectivities)), key=selectivities.__getitem__)
        expressions = [self.expressions[place] for place in rarest_first]
        found = self.add(expressions, prod(selectivities), phrases=self.phrases)
        is_full = found >= MAX_CANDIDATES
        if self.expansion.phrases:
            return is_full
        if is_full:
            self.add_titles()
        number = len(self.clauses)
        if len(self.ids) < MIN_CANDIDATES and number > 2:
            self.add_all_but_one(selectivities)
        if len(self.ids) < MIN_CANDIDATES and number > 1:
            for alone, selectivity in zip(self.expressions, selectivities, strict=True):
                self.add([alone], selectivity)
        return is_full

    def add_titles(self):
        """Fetch entries with all words in the title, which may be older than those fetched."""
        titles = [[f"{TITLE}{name}" for name in clause.terms] for clause in self.clauses]
        if all(titles):
            frequency = look_up(*titles)
            selectivities = [
                self.selectivity_of(sum(frequency.get(name, 0) for name in row)) for row in titles
            ]
            self.add(
                [any_term(names) for names in titles],
                prod(selectivities),
                limit=MAX_TITLE_CANDIDATES,
            )

    def add_all_but_one(self, selectivities):
        places = range(len(selectivities))
        fewer = [
            all_of(self.expressions[other] for other in places if other != place)
            for place in places
        ]
        selectivity = sum(
            prod(selectivities[other] for other in places if other != place) for place in places
        )
        self.add([any_of(fewer)], min(1, selectivity))

    def add(self, parts, selectivity, limit=MAX_CANDIDATES, **options):
        found = self.matcher.newest([*parts, *self.limits], selectivity, limit, **options)
        self.ids.update(dict.fromkeys(found))
        return len(found)

    def selectivity(self, clause):
        """Return the selectivity of all entries that are expected to have a clause."""
        frequency = self.expansion.frequency
        return self.selectivity_of(sum(frequency.get(name, 0) for name in clause.terms))

    def selectivity_of(self, number):
        return min(1, number / max(1, self.expansion.entries))


def expression(clause):
    """Return what finds a clause: any of its terms, or all words of one of its other names."""
    parts = [any_term(clause.terms)] if clause.terms else []
    return any_of([*parts, *(all_of(map(any_term, name.words)) for name in clause.names)])


def phrases(expansion):
    """Return what finds each phrase of several words; one word is a clause of its own."""
    return [
        PhraseQuery(tuple(tuple(part[:MAX_FIRST_WORD_TERMS]) for part in parts))
        for parts in expansion.phrases
        if len(parts) > 1
    ]
