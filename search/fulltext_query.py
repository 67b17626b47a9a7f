"""Ask either database for the entries that have given terms, never with what a person typed.

An expression is made of terms that the analyser gave, which are letters and digits alone; it is
written down for FTS5 or for PostgreSQL's tsquery, and both give the same entries.
"""

import json
from contextlib import contextmanager
from itertools import chain, pairwise, product
from math import prod
from time import monotonic
from typing import NamedTuple

from django.db import OperationalError, transaction

from search.schema import INDEX, PAIR, PAIRS, TABLE

MAX_MILLISECONDS = 2_000
INSTRUCTIONS_PER_CHECK = 10_000  # instructions of SQLite's machine


class TooSlowError(Exception):
    """The database has worked longer than a reader should wait."""


class TermQuery(NamedTuple):
    name: str

    def fts5(self):
        return f'"{self.name}"'

    def tsquery(self):
        return f"'{self.name}'"


class ExactPhrase(NamedTuple):
    """Terms that stand behind each other."""

    names: tuple

    def fts5(self):
        return f'"{" ".join(self.names)}"'

    def tsquery(self):
        return "(" + " <-> ".join(f"'{name}'" for name in self.names) + ")"


class PhraseQuery(NamedTuple):
    """Words that stand behind each other, each of which may be any of several terms."""

    parts: tuple

    def phrases(self):
        return any_of(map(ExactPhrase, product(*self.parts)))

    def fts5(self):
        return self.phrases().fts5()

    def tsquery(self):
        return self.phrases().tsquery()

    def pairs(self):
        """Return, for each two neighbours, what an entry may have there: two terms in a row."""
        return [[" ".join(two) for two in product(*both)] for both in pairwise(self.parts)]


class CombinedQuery(NamedTuple):
    """Expressions of which all have to match, or any; made by all_of() and any_of()."""

    parts: tuple
    in_fts5: str
    in_tsquery: str

    def fts5(self):
        return "(" + self.in_fts5.join(part.fts5() for part in self.parts) + ")"

    def tsquery(self):
        return "(" + self.in_tsquery.join(part.tsquery() for part in self.parts) + ")"


def all_of(parts):
    return CombinedQuery(tuple(parts), " AND ", " & ")


def any_of(parts):
    return CombinedQuery(tuple(parts), " OR ", " | ")


def any_term(names):
    return any_of(map(TermQuery, names))


# The full-text index is read first and from the end, and each row's audience looked up.
NEWEST_SQLITE = (
    f"SELECT {INDEX}.rowid FROM {INDEX} CROSS JOIN {TABLE} ON {TABLE}.id = {INDEX}.rowid "  # noqa: S608
    f"WHERE {INDEX} MATCH %s AND audience IN (SELECT value FROM json_each(%s)) "
    f"ORDER BY {INDEX}.rowid DESC LIMIT %s"
)
# Many entries match: PostgreSQL reads them from the newest on, and soon has enough.
WALK = f"SELECT id FROM {TABLE} WHERE {{matches}} ORDER BY id DESC LIMIT %s"  # noqa: S608
# Few match: it collects them all by the index, and takes the newest.
COLLECT = (
    f"WITH found AS MATERIALIZED (SELECT id FROM {TABLE} WHERE {{matches}}) "  # noqa: S608
    "SELECT id FROM found ORDER BY id DESC LIMIT %s"
)
# Terms stand in a row: the statistics of PostgreSQL know which pairs are common, and where they are
# not, the index of pairs tells nearly exactly which entries have them.
COMMON_PAIRS = (
    "SELECT frequency FROM pg_stats, "  # noqa: S608
    "unnest(most_common_elems::text::integer[], most_common_elem_freqs) AS known(pair, frequency) "
    f"WHERE tablename = '{PAIRS}' AND schemaname = current_schema() AND pair = ANY({{pairs}})"
)
COLLECT_PHRASES = (
    f"WITH found AS MATERIALIZED (SELECT id FROM {TABLE} WHERE {{matches}} LIMIT %s) "  # noqa: S608
    "SELECT id, COUNT(*) OVER () FROM found ORDER BY id DESC LIMIT %s"
)
MAX_COLLECTED = 4_000  # more than a step fetches
# Rows that are read one by one for the time of one that is collected, as measured at a million.
READS_PER_COLLECTED = 3
SETTINGS = (
    "SELECT set_config('statement_timeout', %s, true), set_config('enable_bitmapscan', %s, true), "
    "set_config('jit', 'off', true)"
)


class Matcher:
    """Finds the newest entries of one search; made by open_matcher()."""

    def __init__(self, connection, entries, audiences):
        self.connection = connection
        self.entries = max(1, entries)
        self.audiences = list(audiences)
        self.last = monotonic() + MAX_MILLISECONDS / 1000

    def newest(self, expressions, selectivity, limit, phrases=()):
        """Return the ids of the newest entries that match all, at most `limit`, newest first.

        `selectivity` is the share of all entries that is expected to match the expressions, 0 to 1.
        PostgreSQL takes a third less time for conditions of their own than for one of all
        expressions; the rarest comes first.
        Raises TooSlowError.
        """
        wanted = [*expressions, *phrases]
        if self.connection.vendor != "postgresql":
            audiences = json.dumps(self.audiences)
            found = self.fetch(NEWEST_SQLITE, [all_of(wanted).fts5(), audiences, limit])
            return [entry for (entry,) in found]
        if phrases:
            return self.newest_with_phrases(wanted, phrases, limit)
        return self.walk_or_collect(
            wanted, limit, walks=self.is_common(selectivity * selectivity, limit)
        )

    def is_common(self, selectivity, limit):
        """Whether so many entries are to be expected that they are best read from the newest on."""
        return selectivity > limit / (READS_PER_COLLECTED * self.entries)

    def walk_or_collect(self, wanted, limit, walks):
        self.set(may_collect=not walks)
        matches = "vector @@ %s::tsquery AND " * len(wanted) + "audience = ANY(%s)"
        statement = (WALK if walks else COLLECT).format(matches=matches)
        queries = [expression.tsquery() for expression in wanted]
        return [entry for (entry,) in self.fetch(statement, [*queries, self.audiences, limit])]

    def newest_with_phrases(self, wanted, phrases, limit):
        """Return the same as newest(), by the index of pairs where the phrases are not common."""
        self.set(may_collect=True)
        places = [pairs for phrase in phrases for pairs in phrase.pairs()]
        if not self.is_common(self.pair_selectivity(places) ** 2, limit):
            pairs = list(chain.from_iterable(places))
            in_a_row = [f"{PAIRS}(terms) && {array_of(pairs)}" for pairs in places]
            # What "is true" is not looked up in the other index, whose words may be common ones.
            conditions = ["(vector @@ %s::tsquery) IS TRUE"] * len(wanted)
            matches = " AND ".join([*in_a_row, *conditions, "audience = ANY(%s)"])
            queries = [expression.tsquery() for expression in wanted]
            parameters = [*pairs, *queries, self.audiences, MAX_COLLECTED, limit]
            rows = self.fetch(COLLECT_PHRASES.format(matches=matches), parameters)
            if not rows or rows[0][1] < MAX_COLLECTED:
                return [entry for entry, _count in rows]
        return self.walk_or_collect(wanted, limit, walks=True)

    def pair_selectivity(self, places):
        """Return the share of entries that have one of the pairs at each place, 0 if rare."""
        selectivities = []
        for pairs in places:
            statement = COMMON_PAIRS.format(pairs=array_of(pairs))
            selectivities.append(
                sum(selectivity for (selectivity,) in self.fetch(statement, pairs))
            )
        return prod(selectivities)

    def set(self, may_collect):
        left = max(1, int(1000 * (self.last - monotonic())))
        self.fetch(SETTINGS, [str(left), "on" if may_collect else "off"])

    def fetch(self, statement, parameters):
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return cursor.fetchall()


def array_of(pairs):
    """Return the SQL for the numbers of some pairs, which are its parameters."""
    return f"ARRAY[{', '.join([PAIR.format('%s')] * len(pairs))}]"


@contextmanager
def open_matcher(connection, entries, audiences):
    """Give a Matcher of what these audiences see; it works for MAX_MILLISECONDS at most.

    Raises TooSlowError where it would work longer; what was found before stays found.
    """
    bounded = on_postgresql if connection.vendor == "postgresql" else on_sqlite
    try:
        with bounded(connection):
            yield Matcher(connection, entries, audiences)
    except OperationalError as error:
        if is_timeout(error):
            raise TooSlowError from error
        raise


@contextmanager
def on_postgresql(connection):
    is_within = connection.in_atomic_block
    with transaction.atomic(using=connection.alias):
        yield
        if is_within:
            with connection.cursor() as cursor:
                cursor.execute(SETTINGS, ["0", "on"])


@contextmanager
def on_sqlite(connection):
    connection.ensure_connection()
    last = monotonic() + MAX_MILLISECONDS / 1000
    connection.connection.set_progress_handler(lambda: monotonic() > last, INSTRUCTIONS_PER_CHECK)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


def is_timeout(error):
    return getattr(error.__cause__, "pgcode", "") == "57014" or str(error) == "interrupted"
