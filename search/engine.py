"""Search: read the query, fetch a bounded pool of entries, rank them, count them.

The database fetches at most POOL entries a step, so a search takes about the same time at any
size; who may see an entry and what results are filtered by is part of each step.
"""

from collections import Counter
from math import prod
from typing import NamedTuple

from django.db import connections, router

from search.entries import FACET, PUBLIC, TITLE, facet, read_facet, sources
from search.expansion import Expansion, expand
from search.fulltext_query import Quoted, Term, TooSlowError, all_of, any_of, any_term, matching
from search.models import SearchEntry
from search.query import Query, read
from search.ranking import Ranking
from search.vocabulary import look_up

POOL = 120
TITLED = 60
ENOUGH = 20
NOWHERE = "0nowhere"  # a term that no entry has
MOST_BEGINNINGS = 6  # forms of the first word of a quoted phrase


class Pool(NamedTuple):
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
        there = set(ranked.groups)
        return [
            group.written
            for number, group in enumerate(self.expansion.groups)
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
    if not any(group.terms or group.names for group in expansion.groups):
        return Results(query, expansion, [], {}, False, False)
    everything = fetch(expansion, audience)
    ranked = Ranking(expansion).rank(rows_of(everything.ids))
    if everything.is_full and wanted:
        pool = fetch(expansion, audience, wanted.values())
        seen = {found.entry for found in ranked}
        more = rows_of([entry for entry in pool.ids if entry not in seen])
        ranked = sorted(
            [*ranked, *Ranking(expansion).rank(more)],
            key=lambda found: (-found.score, found.entry),
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
    groups = [expression(group) for group in expansion.groups if group.terms or group.names]
    if len(groups) < len(expansion.groups):
        return Term(NOWHERE)
    return all_of([*groups, *phrases(expansion)])


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
    return [(pk, sources[kind].weight if kind in sources else 1.0, row) for pk, kind, row in rows]


def fetch(expansion, audience, markers=()):
    """Return the Pool: what has all words; then, where that is too little, most or some of them."""
    connection = connections[router.db_for_read(SearchEntry)]
    fetching = Fetching(expansion, markers)
    try:
        with matching(connection, expansion.entries, audience) as fetching.matcher:
            is_full = fetching.run()
    except TooSlowError:
        return Pool(list(fetching.ids), True, True)
    return Pool(list(fetching.ids), is_full, False)


class Fetching:
    """The steps in which the pool is fetched, each of at most POOL entries."""

    matcher = None

    def __init__(self, expansion, markers):
        self.expansion = expansion
        self.limits = list(map(Term, markers))
        self.groups = [group for group in expansion.groups if group.terms or group.names]
        self.expressions = [expression(group) for group in self.groups]
        self.phrases = phrases(expansion)
        self.ids = {}

    def run(self):
        """Fetch, and return whether there may be more entries with all words."""
        shares = [self.share(group) for group in self.groups]
        rarest_first = sorted(range(len(shares)), key=shares.__getitem__)
        expressions = [self.expressions[place] for place in rarest_first]
        found = self.add(expressions, prod(shares), phrases=self.phrases)
        is_full = found >= POOL
        if self.expansion.phrases:
            return is_full
        if is_full:
            self.add_titles()
        number = len(self.groups)
        if len(self.ids) < ENOUGH and number > 2:
            self.add_all_but_one(shares)
        if len(self.ids) < ENOUGH and number > 1:
            for alone, share in zip(self.expressions, shares, strict=True):
                self.add([alone], share)
        return is_full

    def add_titles(self):
        """Fetch entries with all words in the title, which may be older than those fetched."""
        titles = [[f"{TITLE}{name}" for name in group.terms] for group in self.groups]
        if all(titles):
            frequency = look_up(*titles)
            shares = [self.share_of(sum(frequency.get(name, 0) for name in row)) for row in titles]
            self.add([any_term(names) for names in titles], prod(shares), limit=TITLED)

    def add_all_but_one(self, shares):
        places = range(len(shares))
        fewer = [
            all_of(self.expressions[other] for other in places if other != place)
            for place in places
        ]
        share = sum(prod(shares[other] for other in places if other != place) for place in places)
        self.add([any_of(fewer)], min(1, share))

    def add(self, parts, share, limit=POOL, **options):
        found = self.matcher.newest([*parts, *self.limits], share, limit, **options)
        self.ids.update(dict.fromkeys(found))
        return len(found)

    def share(self, group):
        """Return the share of all entries that are expected to have a group."""
        frequency = self.expansion.frequency
        return self.share_of(sum(frequency.get(name, 0) for name in group.terms))

    def share_of(self, number):
        return min(1, number / max(1, self.expansion.entries))


def expression(group):
    """Return what finds a group: any of its terms, or all words of one of its other names."""
    parts = [any_term(group.terms)] if group.terms else []
    return any_of([*parts, *(all_of(map(any_term, name.words)) for name in group.names)])


def phrases(expansion):
    """Return what finds each phrase of several words; one word is a group of its own."""
    return [
        Quoted(tuple(tuple(part[:MOST_BEGINNINGS]) for part in parts))
        for parts in expansion.phrases
        if len(parts) > 1
    ]
