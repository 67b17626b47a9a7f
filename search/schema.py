"""The full-text index of the entries' terms, which the databases need beside the tables.

install() may run any number of times. It runs after every migration, since SQLite drops the
triggers of a table that a migration makes again.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from search.entries import MARKERS
from search.models import SearchEntry

TABLE = SearchEntry._meta.db_table
INDEX = f"{TABLE}_fts"
PAIRS = f"{TABLE}_pairs"

type Row = tuple[str | int, ...]  # the values of all columns, in their order

# This tokenizer takes every character beyond ASCII for a part of a word, so terms stay whole.
SQLITE_TABLES: list[str] = [
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5"
    f"(terms, content='{TABLE}', content_rowid='id', tokenize='ascii')",
]
INSERT = f"INSERT INTO {INDEX}(rowid, terms) VALUES (new.id, new.terms);"  # noqa: S608
DELETE = f"INSERT INTO {INDEX}({INDEX}, rowid, terms) VALUES ('delete', old.id, old.terms);"  # noqa: S608
SQLITE_TRIGGERS: dict[str, str] = {
    f"{INDEX}_insert": f"AFTER INSERT ON {TABLE} BEGIN {INSERT} END",
    f"{INDEX}_delete": f"AFTER DELETE ON {TABLE} BEGIN {DELETE} END",
    f"{INDEX}_update": f"AFTER UPDATE OF id, terms ON {TABLE} BEGIN {DELETE} {INSERT} END",
}
SQLITE_REBUILD = f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')"  # noqa: S608

# The vector stays in the row, and longer texts are stored out of line (TOAST): reading many rows
# one by one then takes a seventh of the time.
POSTGRESQL_STORAGE = f"ALTER TABLE {TABLE} ALTER COLUMN vector SET STORAGE MAIN"
POSTGRESQL_COLUMN = (
    f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS vector tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', terms)) STORED"
)
# The words of a quoted phrase may be common and the phrase rare. To find it, PostgreSQL would read
# every row that has the words; the index of adjacent pairs of terms saves that. A pair is stored as
# a hash below 2^18, so that the index is small; at a million entries, a few hundred pairs share
# each hash. PostgreSQL's own hash indexes use hashtext(), so its results stay the same.
PAIR_HASH = "hashtext({}) & 262143"
POSTGRESQL_PAIRS = f"""
CREATE OR REPLACE FUNCTION {PAIRS}(terms text) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg({PAIR_HASH.format("word[place] || ' ' || word[place + 1]")})
    FROM string_to_array(split_part(terms, ' {MARKERS}', 1), ' ') AS word,
        generate_series(1, cardinality(word) - 1) AS place
$$
"""  # noqa: S608 (names of this file)
POSTGRESQL_INDEXES: dict[str, str] = {
    INDEX: f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} USING gin(vector)",
    PAIRS: f"CREATE INDEX IF NOT EXISTS {PAIRS} ON {TABLE} USING gin({PAIRS}(terms))",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the full-text index of the entries where it is missing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_COLUMN)
            cursor.execute(POSTGRESQL_STORAGE)
            cursor.execute(POSTGRESQL_PAIRS)
            for statement in POSTGRESQL_INDEXES.values():
                cursor.execute(statement)
        else:
            install_on_sqlite(cursor)


def install_on_sqlite(cursor: CursorWrapper) -> None:
    """Make the FTS5 tables and the triggers that are missing; fill the index if a trigger was."""
    for statement in SQLITE_TABLES:
        cursor.execute(statement)
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    existing = {name for (name,) in cursor.fetchall()}
    missing = [name for name in SQLITE_TRIGGERS if name not in existing]
    for name in missing:
        # nosemgrep: sql-put-together (names and statements of this file)
        cursor.execute(f"CREATE TRIGGER {name} {SQLITE_TRIGGERS[name]}")
    if missing:
        cursor.execute(SQLITE_REBUILD)


@contextmanager
def without_indexes(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Drop PostgreSQL's indexes of the entries, and make them again at the end of the block.

    Writing many rows takes less time without them. On SQLite nothing is dropped.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        # nosemgrep: sql-put-together (names of indexes)
        cursor.execute(f"DROP INDEX IF EXISTS {', '.join(POSTGRESQL_INDEXES)}")
        yield
        for statement in POSTGRESQL_INDEXES.values():
            cursor.execute(statement)


def take_counts_statement(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], keys: Sequence[Row]
) -> tuple[str, list[Any]]:
    """Return a statement and its parameters that delete the rows with some keys and return them.

    The first two of `columns` are the key; all are returned. On PostgreSQL, a row that another
    transaction is taking stays: it is not waited for, so no two transactions block each other.
    """
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        key = ", ".join(f"{table}.{column}" for column in columns[:2])
        condition = (
            f"id IN (SELECT id FROM {table} JOIN unnest(%s::text[], %s::text[]) AS wanted(a, b) "  # noqa: S608
            f"ON ({key}) = (a, b) FOR UPDATE OF {table} SKIP LOCKED)"
        )
        parameters: list[Any] = [list(column) for column in zip(*keys, strict=True)]
    else:
        condition = (
            f"({', '.join(columns[:2])}) IN (SELECT json_extract(value, '$[0]'), "  # noqa: S608
            "json_extract(value, '$[1]') FROM json_each(%s))"
        )
        parameters = [json.dumps(keys)]
    return f"DELETE FROM {table} WHERE {condition} RETURNING {names}", parameters  # noqa: S608


def insert_statement(
    connection: BaseDatabaseWrapper, table: str, columns: Sequence[str], rows: Sequence[Row]
) -> tuple[str, list[Any]]:
    """Return a statement and its parameters that insert rows, except those that exist already.

    `rows` must not be empty; they may be many, since each column is one parameter.
    """
    if connection.vendor == "postgresql":
        sql_types = ["bigint" if isinstance(value, int) else "text" for value in rows[0]]
        selected = "*"
        values = f"unnest({', '.join(f'%s::{sql_type}[]' for sql_type in sql_types)})"
        parameters: list[Any] = [list(column) for column in zip(*rows, strict=True)]
    else:
        selected = ", ".join(
            f"json_extract(value, '$[{position}]')" for position in range(len(columns))
        )
        values, parameters = "json_each(%s) WHERE true", [json.dumps(rows)]
    statement = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {selected} FROM {values}"  # noqa: S608
    return f"{statement} ON CONFLICT DO NOTHING", parameters
