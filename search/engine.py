"""The search: parses a query, fetches a limited number of candidates, ranks and counts them.

The database fetches at most MAX_CANDIDATES entries in each step, so a search takes about the same
time for any number of entries. Each step leaves out entries that the reader may not see or that the
filters exclude.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from math import prod
from typing import Any, NamedTuple

from django.db import connections, router
from django.db.models import QuerySet

from languages.compiled_query import CompiledQuery
from search.entries import FACET_PREFIX, PUBLIC, TITLE_PREFIX, facet_marker, indexes, parse_facet
from search.expansion import Clause, Expansion, expand
from search.fulltext_query import (
    CombinedQuery,
    Expression,
    Matcher,
    PhraseQuery,
    TermQuery,
    TooSlowError,
    all_of,
    any_of,
    any_term,
    open_matcher,
)
from search.models import SearchEntry
from search.query import Query, parse_query
from search.ranking import RankedEntry, Ranking
from search.vocabulary import read_frequencies

MAX_CANDIDATES = 120
MAX_TITLE_CANDIDATES = 60
MAX_KEPT = 1_024  # entries that results have shown and that a process keeps
MIN_CANDIDATES = 20
UNKNOWN_TERM = "0nowhere"  # no entry has it
# The columns of an entry that a result shows, besides its texts and place.
SHOWN = ("kind", "record", "audience", "code")
MAX_FIRST_WORD_TERMS = 6  # for each word of a phrase; only the first word has forms with particles


class Candidates(NamedTuple):
    """The ids of the fetched entries.

    `may_have_more` says whether more entries may have all words, `has_timed_out` whether the time
    limit ended the search.
    """

    ids: list[int]
    may_have_more: bool
    has_timed_out: bool


class Results(NamedTuple):
    """The results of a search.

    `ranked` has the entries that match the filters, best first. `counts` maps each facet to the
    number of entries by value. `may_have_more` and `has_timed_out` are those of the Candidates.
    """

    query: Query
    expansion: Expansion
    ranked: list[RankedEntry]
    counts: dict[str, Counter[str]]
    may_have_more: bool
    has_timed_out: bool

    @property
    def correction(self) -> str:
        """The text of the query with its misspelt words corrected, "" if there are none."""
        return self.expansion.correction

    def missing_words(self, ranked: RankedEntry) -> list[str]:
        """Return the words of the query, as written, that an entry does not have."""
        present = set(ranked.clauses)
        return [
            clause.written
            for position, clause in enumerate(self.expansion.clauses)
            if position not in present
        ]


def search(
    raw_query: str, audiences: Collection[str] = (PUBLIC,), filters: Mapping[str, str] | None = None
) -> Results:
    """Return the Results of a query as a person typed it, among the entries of some audiences.

    `filters` maps facets to the value that results must have. The counts of a facet ignore the
    filter by that facet: they say how many results another value would give.
    """
    query = parse_query(raw_query)
    expansion = expand(query, audiences) if query.words else Expansion([], [], {}, 0, 1, "")
    filter_markers = {name: facet_marker(name, value) for name, value in (filters or {}).items()}
    if not any(clause.terms or clause.synonyms for clause in expansion.clauses):
        return Results(query, expansion, [], {}, False, False)
    candidates = fetch_candidates(expansion, audiences)
    ranked = Ranking(expansion).rank(read_rows(candidates.ids))
    if candidates.may_have_more and filter_markers:
        filtered = fetch_candidates(expansion, audiences, filter_markers.values())
        ranked_ids = {entry.entry_id for entry in ranked}
        added_rows = read_rows(
            [entry_id for entry_id in filtered.ids if entry_id not in ranked_ids]
        )
        ranked = sorted(
            [*ranked, *Ranking(expansion).rank(added_rows)],
            key=lambda entry: (-entry.score, entry.entry_id),
        )
    filtered_entries = [
        entry
        for entry in ranked
        if all(marker in entry.markers for marker in filter_markers.values())
    ]
    return Results(
        query,
        expansion,
        filtered_entries,
        count_facets(ranked, filter_markers),
        candidates.may_have_more,
        candidates.has_timed_out,
    )


def build_search_expression(raw_query: str, audiences: Collection[str]) -> Expression | None:
    """Return the expression that matches entries with all words of a query as a person typed it.

    Returns None for a query without words. A word that no entry of these audiences has matches no
    entry.
    """
    query = parse_query(raw_query)
    if not query.words:
        return None
    expansion = expand(query, audiences)
    clauses = [
        clause_expression(clause) for clause in expansion.clauses if clause.terms or clause.synonyms
    ]
    if len(clauses) < len(expansion.clauses):
        return TermQuery(UNKNOWN_TERM)
    return all_of([*clauses, *phrase_queries(expansion)])


def count_facets(
    ranked: Iterable[RankedEntry], filter_markers: Mapping[str, str]
) -> dict[str, Counter[str]]:
    """Return, for each facet, the counts of its values in entries that match the other filters."""
    # The markers of the entries by the filters that these do not match.
    markers: defaultdict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for entry in ranked:
        lacks = [name for name, marker in filter_markers.items() if marker not in entry.markers]
        markers[tuple(lacks)].append(entry.markers)
    counts: dict[str, Counter[str]] = {}
    for unmet, of_entries in markers.items():
        for marker, count in Counter(chain.from_iterable(of_entries)).items():
            if marker.startswith(FACET_PREFIX):
                name, value = parse_facet(marker)
                if unmet in ((), (name,)):
                    counts.setdefault(name, Counter())[value] += count
    return counts


def read_rows(ids: Iterable[int]) -> list[tuple[int, float, str]]:
    """Return (id, weight, terms) of the entries with these ids, for Ranking.rank()."""
    return [
        (pk, indexes[kind].weight if kind in indexes else 1.0, terms)
        for pk, kind, terms in rows_by_id(ids)
    ]


@CompiledQuery
def rows_by_id(ids: Iterable[int]) -> QuerySet[SearchEntry, Any]:
    """Return (id, kind, terms) of the entries with these ids."""
    return SearchEntry.objects.filter(pk__among=ids).values_list("pk", "kind", "terms")


def read_entries(ids: Iterable[int]) -> dict[int, SearchEntry]:
    """Return the entries with these ids, by id, with what a result shows of them."""
    return {row[0]: shown_entry(*row) for row in shown_columns(ids)}


@lru_cache(MAX_KEPT)
def shown_entry(pk: int, texts: str, place: str, *shown: str | int) -> SearchEntry:
    """Return the entry with these columns; those of recent results are kept, as they are."""
    return SearchEntry(
        pk=pk,
        texts=json.loads(texts),
        place=json.loads(place),
        **dict(zip(SHOWN, shown, strict=True)),
    )


@CompiledQuery
def shown_columns(ids: Iterable[int]) -> QuerySet[SearchEntry, Any]:
    """Return the columns for read_entries()."""
    return SearchEntry.objects.filter(pk__among=ids).values_list("pk", "texts", "place", *SHOWN)


def fetch_candidates(
    expansion: Expansion, audiences: Collection[str], markers: Iterable[str] = ()
) -> Candidates:
    """Return the Candidates for a query: entries with all words and with these markers.

    If fewer than MIN_CANDIDATES have all words, entries with most words or with one word are added.
    """
    connection = connections[router.db_for_read(SearchEntry)]
    candidate_search = CandidateSearch(expansion, audiences, markers)
    try:
        with open_matcher(connection, expansion.entry_count, audiences) as candidate_search.matcher:
            may_have_more = candidate_search.run()
    except TooSlowError:
        return Candidates(list(candidate_search.ids), True, True)
    return Candidates(list(candidate_search.ids), may_have_more, False)


class CandidateSearch:
    """Fetches candidates in steps of at most MAX_CANDIDATES entries; `ids` has them in order."""

    matcher: Matcher  # fetch_candidates() opens it

    def __init__(
        self, expansion: Expansion, audiences: Collection[str], markers: Iterable[str]
    ) -> None:
        self.expansion = expansion
        self.audiences = audiences
        self.filters = list(map(TermQuery, markers))
        self.clauses = [clause for clause in expansion.clauses if clause.terms or clause.synonyms]
        self.expressions = [clause_expression(clause) for clause in self.clauses]
        self.phrases = phrase_queries(expansion)
        self.ids: dict[int, None] = {}

    def run(self) -> bool:
        """Fetch candidates; return whether more entries may have all words. Raises TooSlowError."""
        selectivities = [self.clause_selectivity(clause) for clause in self.clauses]
        rarest_first = sorted(range(len(selectivities)), key=selectivities.__getitem__)
        expressions = [self.expressions[number] for number in rarest_first]
        newest_count = self.add_newest(expressions, prod(selectivities), phrases=self.phrases)
        may_have_more = newest_count >= MAX_CANDIDATES
        if self.expansion.phrases:
            return may_have_more
        if may_have_more:
            self.add_titles()
        clause_count = len(self.clauses)
        if len(self.ids) < MIN_CANDIDATES and clause_count > 2:
            self.add_all_but_one(selectivities)
        if len(self.ids) < MIN_CANDIDATES and clause_count > 1:
            for expression, selectivity in zip(self.expressions, selectivities, strict=True):
                self.add_newest([expression], selectivity)
        return may_have_more

    def add_titles(self) -> None:
        """Fetch entries with all words in their titles, however old they are."""
        title_terms = [
            [f"{TITLE_PREFIX}{term}" for term in clause.terms] for clause in self.clauses
        ]
        if all(title_terms):
            frequencies = read_frequencies(self.audiences, *title_terms)
            selectivities = [
                self.selectivity(sum(frequencies.get(term, 0) for term in terms))
                for terms in title_terms
            ]
            self.add_newest(
                [any_term(terms) for terms in title_terms],
                prod(selectivities),
                limit=MAX_TITLE_CANDIDATES,
            )

    def add_all_but_one(self, selectivities: Sequence[float]) -> None:
        """Fetch entries that have all clauses but one."""
        numbers = range(len(selectivities))
        expressions = [
            all_of(self.expressions[number] for number in numbers if number != left_out)
            for left_out in numbers
        ]
        selectivity = sum(
            prod(selectivities[number] for number in numbers if number != left_out)
            for left_out in numbers
        )
        self.add_newest([any_of(expressions)], min(1, selectivity))

    def add_newest(
        self,
        expressions: Iterable[Expression],
        selectivity: float,
        limit: int = MAX_CANDIDATES,
        phrases: Sequence[PhraseQuery] = (),
    ) -> int:
        """Fetch the newest entries that match all expressions; return their number."""
        ids = self.matcher.newest([*expressions, *self.filters], selectivity, limit, phrases)
        self.ids.update(dict.fromkeys(ids))
        return len(ids)

    def clause_selectivity(self, clause: Clause) -> float:
        """Return the expected fraction of entries, 0 to 1, that have a term of a clause."""
        frequencies = self.expansion.frequencies
        return self.selectivity(sum(frequencies.get(term, 0) for term in clause.terms))

    def selectivity(self, entry_count: int) -> float:
        """Return a number of entries as a fraction of all, at most 1."""
        return min(1, entry_count / max(1, self.expansion.entry_count))


def clause_expression(clause: Clause) -> CombinedQuery:
    """Return the expression for a clause: any of its terms, or all words of one of its synonyms."""
    alternatives = [any_term(clause.terms)] if clause.terms else []
    return any_of(
        [*alternatives, *(all_of(map(any_term, synonym.words)) for synonym in clause.synonyms)]
    )


def phrase_queries(expansion: Expansion) -> list[PhraseQuery]:
    """Return a PhraseQuery for each phrase of several words; one quoted word is a clause."""
    return [
        PhraseQuery(tuple(tuple(terms[:MAX_FIRST_WORD_TERMS]) for terms in words))
        for words in expansion.phrases
        if len(words) > 1
    ]
