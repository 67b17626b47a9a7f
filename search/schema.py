"""What the databases need beside the tables: a full-text index of the entries' terms.

install() may run any number of times. It runs after every migration, since SQLite drops the
triggers of a table that a migration remakes.
"""

import json
from contextlib import contextmanager

from search.models import SearchEntry

TABLE = SearchEntry._meta.db_table
INDEX = f"{TABLE}_fts"
VOCABULARY = f"{TABLE}_vocabulary"

# FTS5 takes every letter that is not ASCII for a part of a word, so it leaves terms as they are.
SQLITE_TABLES = [
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {INDEX} USING fts5"
    f"(terms, content='{TABLE}', content_rowid='id', tokenize='ascii')",
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {VOCABULARY} USING fts5vocab({INDEX}, 'row')",
]
INSERT = f"INSERT INTO {INDEX}(rowid, terms) VALUES (new.id, new.terms);"  # noqa: S608
DELETE = f"INSERT INTO {INDEX}({INDEX}, rowid, terms) VALUES ('delete', old.id, old.terms);"  # noqa: S608
SQLITE_TRIGGERS = {
    f"{INDEX}_insert": f"AFTER INSERT ON {TABLE} BEGIN {INSERT} END",
    f"{INDEX}_delete": f"AFTER DELETE ON {TABLE} BEGIN {DELETE} END",
    f"{INDEX}_update": f"AFTER UPDATE OF id, terms ON {TABLE} BEGIN {DELETE} {INSERT} END",
}
SQLITE_REBUILD = f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')"  # noqa: S608

# The vector stays in the row, and the longer texts go elsewhere: where many rows are read one by
# one, that takes a seventh of the time.
POSTGRESQL_STORAGE = f"ALTER TABLE {TABLE} ALTER COLUMN vector SET STORAGE MAIN"
POSTGRESQL_COLUMN = (
    f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS vector tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', terms)) STORED"
)
POSTGRESQL_INDEX = f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} USING gin(vector)"


def install(connection):
    """Make the full-text index of the entries where it is not there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_COLUMN)
            cursor.execute(POSTGRESQL_STORAGE)
            cursor.execute(POSTGRESQL_INDEX)
        else:
            install_on_sqlite(cursor)


def install_on_sqlite(cursor):
    for statement in SQLITE_TABLES:
        cursor.execute(statement)
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    present = {name for (name,) in cursor.fetchall()}
    missing = [name for name in SQLITE_TRIGGERS if name not in present]
    for name in missing:
        # nosemgrep: sql-put-together (names and statements of this file)
        cursor.execute(f"CREATE TRIGGER {name} {SQLITE_TRIGGERS[name]}")
    if missing:
        cursor.execute(SQLITE_REBUILD)


@contextmanager
def without_index(connection):
    """Leave PostgreSQL's index away while many rows are written, and make it again then."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        # nosemgrep: sql-put-together (the name of an index)
        cursor.execute(f"DROP INDEX IF EXISTS {INDEX}")
        yield
        cursor.execute(POSTGRESQL_INDEX)


def keys_not_there(connection, model, names):
    """Return the statement, with its parameters, that selects the names that are no key yet."""
    if connection.vendor == "postgresql":
        given, parameters = "unnest(%s::text[]) AS given(value)", [names]
    else:
        given, parameters = "json_each(%s) AS given", [json.dumps(names)]
    there = f"SELECT 1 FROM {model._meta.db_table} WHERE {model._meta.pk.column} = given.value"  # noqa: S608
    return f"SELECT given.value FROM {given} WHERE NOT EXISTS ({there})", parameters  # noqa: S608


def new_rows(connection, model, rows):
    """Return the statement, with its parameters, that inserts rows whose key is not there yet.

    A row has texts and numbers for all columns of the model, in their order; the statement
    returns the first of each new one.
    """
    columns = [field.column for field in model._meta.concrete_fields]
    if connection.vendor == "postgresql":
        kinds = ["bigint" if isinstance(value, int) else "text" for value in rows[0]]
        values = "*"
        given = f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)})"
        parameters = [list(column) for column in zip(*rows, strict=True)]
    else:
        values = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(columns)))
        given, parameters = "json_each(%s) WHERE true", [json.dumps(rows)]
    into = f"INSERT INTO {model._meta.db_table} ({', '.join(columns)}) SELECT {values} FROM {given}"  # noqa: S608
    return f"{into} ON CONFLICT DO NOTHING RETURNING {columns[0]}", parameters


def frequencies(connection):
    """Yield each term of the index with the number of entries that have it."""
    if connection.vendor == "postgresql":
        statement = f"SELECT word, ndoc FROM ts_stat('SELECT vector FROM {TABLE}')"  # noqa: S608
    else:
        statement = f"SELECT term, doc FROM {VOCABULARY}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(10_000):
            yield from rows
