"""Ask either database for the entries that have given terms, never with what a person typed.

An expression is made of terms that the analyser gave, which are letters and digits alone; it is
written down for FTS5 or for PostgreSQL's tsquery, and both give the same entries.
"""

import json
from contextlib import contextmanager
from time import monotonic
from typing import NamedTuple

from django.db import OperationalError, transaction

from search.schema import INDEX, TABLE

MOST_MILLISECONDS = 2_000
CHECKED_EVERY = 10_000  # instructions of SQLite's machine


class TooSlowError(Exception):
    """The database has worked longer than a reader should wait."""


class Term(NamedTuple):
    name: str

    def fts5(self):
        return f'"{self.name}"'

    def tsquery(self):
        return f"'{self.name}'"


class Phrase(NamedTuple):
    """Terms that stand behind each other."""

    names: tuple

    def fts5(self):
        return f'"{" ".join(self.names)}"'

    def tsquery(self):
        return "(" + " <-> ".join(f"'{name}'" for name in self.names) + ")"


class Joined(NamedTuple):
    """Expressions of which all have to match, or any; made by all_of() and any_of()."""

    parts: tuple
    in_fts5: str
    in_tsquery: str

    def fts5(self):
        return "(" + self.in_fts5.join(part.fts5() for part in self.parts) + ")"

    def tsquery(self):
        return "(" + self.in_tsquery.join(part.tsquery() for part in self.parts) + ")"


def all_of(parts):
    return Joined(tuple(parts), " AND ", " & ")


def any_of(parts):
    return Joined(tuple(parts), " OR ", " | ")


def any_term(names):
    return any_of(map(Term, names))


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
# Rows that are read one by one for the time of one that is collected, as measured at a million.
READ_FOR_COLLECTED = 3
SETTINGS = (
    "SELECT set_config('statement_timeout', %s, true), set_config('enable_bitmapscan', %s, true), "
    "set_config('jit', 'off', true)"
)


class Matcher:
    """Finds the newest entries of one search; made by matching()."""

    def __init__(self, connection, entries, audiences):
        self.connection = connection
        self.entries = max(1, entries)
        self.audiences = list(audiences)
        self.last = monotonic() + MOST_MILLISECONDS / 1000

    def newest(self, expressions, share, limit, share_as_phrase=1):
        """Return the ids of the newest entries that match all, at most `limit`, newest first.

        `share` is the share of all entries that is expected to have the terms, and
        `share_as_phrase` the share of those that has them in the wanted order, which the index
        does not tell. PostgreSQL takes a third
        less time for conditions of their own than for one of all expressions; the rarest comes
        first.
        Raises TooSlowError.
        """
        if self.connection.vendor != "postgresql":
            audiences = json.dumps(self.audiences)
            return self.fetch(NEWEST_SQLITE, [all_of(expressions).fts5(), audiences, limit])
        walks = share * share * share_as_phrase > limit / (READ_FOR_COLLECTED * self.entries)
        left = max(1, int(1000 * (self.last - monotonic())))
        self.fetch(SETTINGS, [str(left), "off" if walks else "on"])
        queries = [expression.tsquery() for expression in expressions]
        matches = "vector @@ %s::tsquery AND " * len(queries) + "audience = ANY(%s)"
        statement = (WALK if walks else COLLECT).format(matches=matches)
        return self.fetch(statement, [*queries, self.audiences, limit])

    def fetch(self, statement, parameters):
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            return [row[0] for row in cursor.fetchall()]


@contextmanager
def matching(connection, entries, audiences):
    """Give a Matcher of what these audiences see; it works for MOST_MILLISECONDS at most.

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
    last = monotonic() + MOST_MILLISECONDS / 1000
    connection.connection.set_progress_handler(lambda: monotonic() > last, CHECKED_EVERY)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)


def is_timeout(error):
    return getattr(error.__cause__, "pgcode", "") == "57014" or str(error) == "interrupted"
