"""Finds the entries that match an expression of terms, on either database.

An expression holds terms of the analyser only, which are letters and digits, never text that a
person typed. It is written for FTS5 or as PostgreSQL's tsquery; both match the same entries.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, pairwise, product
from math import prod
from time import monotonic
from typing import Any, NamedTuple

from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from search.schema import INDEX, PAIR_HASH, PAIRS, TABLE

MAX_MILLISECONDS = 2_000
INSTRUCTIONS_PER_CHECK = 10_000  # instructions of SQLite's virtual machine

type Parameter = str | int | list[str]  # of a statement
type Expression = TermQuery | ExactPhrase | PhraseQuery | CombinedQuery


class TooSlowError(Exception):
    """The database did not finish within MAX_MILLISECONDS."""


class TermQuery(NamedTuple):
    """Matches entries that have one term."""

    term: str

    def fts5(self) -> str:
        return f'"{self.term}"'

    def tsquery(self) -> str:
        return f"'{self.term}'"


class ExactPhrase(NamedTuple):
    """Matches entries that have these terms one after another."""

    terms: tuple[str, ...]

    def fts5(self) -> str:
        return f'"{" ".join(self.terms)}"'

    def tsquery(self) -> str:
        return "(" + " <-> ".join(f"'{term}'" for term in self.terms) + ")"


class PhraseQuery(NamedTuple):
    """Matches entries that have several words one after another.

    `alternatives` has, for each word, the terms of which any may stand there.
    """

    alternatives: tuple[tuple[str, ...], ...]

    def exact_phrases(self) -> Expression:
        """Return an expression that matches any of the phrases with one term for each word."""
        return any_of(map(ExactPhrase, product(*self.alternatives)))

    def fts5(self) -> str:
        return self.exact_phrases().fts5()

    def tsquery(self) -> str:
        return self.exact_phrases().tsquery()

    def adjacent_pairs(self) -> list[list[str]]:
        """Return, for each two adjacent words, their possible pairs, as "term term"."""
        return [
            [" ".join(pair) for pair in product(*neighbours)]
            for neighbours in pairwise(self.alternatives)
        ]


class CombinedQuery(NamedTuple):
    """Matches entries that match all operands, or any of them; see all_of() and any_of()."""

    operands: tuple[Expression, ...]
    fts5_operator: str
    tsquery_operator: str

    def fts5(self) -> str:
        return "(" + self.fts5_operator.join(operand.fts5() for operand in self.operands) + ")"

    def tsquery(self) -> str:
        return (
            "(" + self.tsquery_operator.join(operand.tsquery() for operand in self.operands) + ")"
        )


def all_of(operands: Iterable[Expression]) -> CombinedQuery:
    """Return an expression that matches if all of these expressions do."""
    return CombinedQuery(tuple(operands), " AND ", " & ")


def any_of(operands: Iterable[Expression]) -> CombinedQuery:
    """Return an expression that matches if any of these expressions does."""
    return CombinedQuery(tuple(operands), " OR ", " | ")


def any_term(terms: Iterable[str]) -> CombinedQuery:
    """Return an expression that matches entries with any of these terms."""
    return any_of(map(TermQuery, terms))


# CROSS JOIN makes SQLite read the full-text index first, from the newest entry on; then it looks up
# the audience of each row.
NEWEST_SQLITE = (
    f"SELECT {INDEX}.rowid FROM {INDEX} CROSS JOIN {TABLE} ON {TABLE}.id = {INDEX}.rowid "  # noqa: S608
    f"WHERE {INDEX} MATCH %s AND audience IN (SELECT value FROM json_each(%s)) "
    f"ORDER BY {INDEX}.rowid DESC LIMIT %s"
)
# For many matches: PostgreSQL reads entries from the newest on until it has enough.
SCAN_FROM_NEWEST = f"SELECT id FROM {TABLE} WHERE {{matches}} ORDER BY id DESC LIMIT %s"  # noqa: S608
# For few matches: it collects all of them by the index, and takes the newest.
COLLECT_BY_INDEX = (
    f"WITH found AS MATERIALIZED (SELECT id FROM {TABLE} WHERE {{matches}}) "  # noqa: S608
    "SELECT id FROM found ORDER BY id DESC LIMIT %s"
)
# For phrases: PostgreSQL's statistics have the frequencies of common pairs. For rare pairs, the
# index of pairs gives nearly exactly the entries that have them.
PAIR_FREQUENCIES = (
    "SELECT frequency FROM pg_stats, "  # noqa: S608
    "unnest(most_common_elems::text::integer[], most_common_elem_freqs) AS known(pair, frequency) "
    f"WHERE tablename = '{PAIRS}' AND schemaname = current_schema() AND pair = ANY({{pairs}})"
)
COLLECT_PHRASES = (
    f"WITH found AS MATERIALIZED (SELECT id FROM {TABLE} WHERE {{matches}} LIMIT %s) "  # noqa: S608
    "SELECT id, COUNT(*) OVER () FROM found ORDER BY id DESC LIMIT %s"
)
MAX_COLLECTED = 4_000  # entries; more than a search fetches in one step
# Rows scanned one by one in the time that it takes to collect one, measured at a million entries.
READS_PER_COLLECTED = 3
APPLY_SETTINGS = (
    "SELECT set_config('statement_timeout', %s, true), set_config('enable_bitmapscan', %s, true), "
    "set_config('jit', 'off', true)"
)


class Matcher:
    """Finds the newest matching entries within the time limit of a search; see open_matcher()."""

    def __init__(
        self, connection: BaseDatabaseWrapper, entry_count: int, audiences: Iterable[str]
    ) -> None:
        self.connection = connection
        self.entry_count = max(1, entry_count)
        self.audiences = list(audiences)
        self.deadline = monotonic() + MAX_MILLISECONDS / 1000

    def newest(
        self,
        expressions: Iterable[Expression],
        selectivity: float,
        limit: int,
        phrases: Sequence[PhraseQuery] = (),
    ) -> list[int]:
        """Return the ids of the newest entries that match all expressions and phrases.

        At most `limit` ids are returned, newest first. `selectivity` is the expected fraction of
        all entries that match the expressions, 0 to 1. On PostgreSQL each expression is a condition
        of its own, which takes a third less time than one condition for all; the rarest should come
        first. Raises TooSlowError.
        """
        all_expressions: list[Expression] = [*expressions, *phrases]
        if self.connection.vendor != "postgresql":
            audiences = json.dumps(self.audiences)
            rows = self.fetch(NEWEST_SQLITE, [all_of(all_expressions).fts5(), audiences, limit])
            return [entry_id for (entry_id,) in rows]
        if phrases:
            return self.newest_with_phrases(all_expressions, phrases, limit)
        return self.scan_or_collect(
            all_expressions, limit, is_scan=self.is_common(selectivity * selectivity, limit)
        )

    def is_common(self, selectivity: float, limit: int) -> bool:
        """Whether so many entries match that a scan from the newest entry on is the faster way.

        `selectivity` is the fraction of matching entries, 0 to 1.
        """
        return selectivity > limit / (READS_PER_COLLECTED * self.entry_count)

    def scan_or_collect(
        self, expressions: Sequence[Expression], limit: int, is_scan: bool
    ) -> list[int]:
        """Return the same as newest() on PostgreSQL, by a scan or by the index."""
        self.apply_settings(may_collect=not is_scan)
        matches = "vector @@ %s::tsquery AND " * len(expressions) + "audience = ANY(%s)"
        statement = (SCAN_FROM_NEWEST if is_scan else COLLECT_BY_INDEX).format(matches=matches)
        queries = [expression.tsquery() for expression in expressions]
        return [
            entry_id for (entry_id,) in self.fetch(statement, [*queries, self.audiences, limit])
        ]

    def newest_with_phrases(
        self, expressions: Sequence[Expression], phrases: Sequence[PhraseQuery], limit: int
    ) -> list[int]:
        """Return the same as newest() on PostgreSQL, by the index of pairs where pairs are rare."""
        self.apply_settings(may_collect=True)
        pairs_by_position = [pairs for phrase in phrases for pairs in phrase.adjacent_pairs()]
        if not self.is_common(self.pair_selectivity(pairs_by_position) ** 2, limit):
            pairs = list(chain.from_iterable(pairs_by_position))
            pair_conditions = [
                f"{PAIRS}(terms) && {pair_array(pairs)}" for pairs in pairs_by_position
            ]
            # "IS TRUE" keeps PostgreSQL from using the index of terms, which may be common ones.
            conditions = ["(vector @@ %s::tsquery) IS TRUE"] * len(expressions)
            matches = " AND ".join([*pair_conditions, *conditions, "audience = ANY(%s)"])
            queries = [expression.tsquery() for expression in expressions]
            parameters: list[Parameter] = [*pairs, *queries, self.audiences, MAX_COLLECTED, limit]
            rows = self.fetch(COLLECT_PHRASES.format(matches=matches), parameters)
            if not rows or rows[0][1] < MAX_COLLECTED:
                return [entry_id for entry_id, _count in rows]
        return self.scan_or_collect(expressions, limit, is_scan=True)

    def pair_selectivity(self, pairs_by_position: Iterable[Sequence[str]]) -> float:
        """Return the estimated fraction of entries, 0 to 1, that have a pair at each position.

        PostgreSQL's statistics have the common pairs only: the result is 0 if a position has none
        of them.
        """
        selectivities: list[float] = []
        for pairs in pairs_by_position:
            statement = PAIR_FREQUENCIES.format(pairs=pair_array(pairs))
            selectivities.append(
                sum(selectivity for (selectivity,) in self.fetch(statement, pairs))
            )
        return prod(selectivities)

    def apply_settings(self, may_collect: bool) -> None:
        """Limit the next statement to the time that is left, and switch bitmap scans on or off."""
        milliseconds_left = max(1, int(1000 * (self.deadline - monotonic())))
        self.fetch(APPLY_SETTINGS, [str(milliseconds_left), "on" if may_collect else "off"])

    def fetch(self, statement: str, parameters: Sequence[Parameter]) -> list[tuple[Any, ...]]:
        """Return all rows of a statement."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
            return rows


def pair_array(pairs: Sequence[str]) -> str:
    """Return the SQL of an array with the hashes of some pairs; the pairs are its parameters."""
    return f"ARRAY[{', '.join([PAIR_HASH.format('%s')] * len(pairs))}]"


@contextmanager
def open_matcher(
    connection: BaseDatabaseWrapper, entry_count: int, audiences: Iterable[str]
) -> Iterator[Matcher]:
    """Yield a Matcher over the entries of these audiences, for MAX_MILLISECONDS at most.

    `entry_count` is the number of these entries. Raises TooSlowError at the end of the time.
    """
    limit_time = (
        limit_time_on_postgresql if connection.vendor == "postgresql" else limit_time_on_sqlite
    )
    try:
        with limit_time(connection):
            yield Matcher(connection, entry_count, audiences)
    except OperationalError as error:
        if is_timeout(error):
            raise TooSlowError from error
        raise


@contextmanager
def limit_time_on_postgresql(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Run the block in a transaction; in an outer one, undo the settings afterwards."""
    is_nested = connection.in_atomic_block
    with transaction.atomic(using=connection.alias):
        yield
        if is_nested:
            with connection.cursor() as cursor:
                cursor.execute(APPLY_SETTINGS, ["0", "on"])


@contextmanager
def limit_time_on_sqlite(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Interrupt statements of the block when its time is over."""
    connection.ensure_connection()
    deadline = monotonic() + MAX_MILLISECONDS / 1000
    connection.connection.set_progress_handler(
        lambda: monotonic() > deadline, INSTRUCTIONS_PER_CHECK
    )
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


def is_timeout(error: OperationalError) -> bool:
    """Whether a database error means that a statement was interrupted for its time."""
    return getattr(error.__cause__, "pgcode", "") == "57014" or str(error) == "interrupted"
