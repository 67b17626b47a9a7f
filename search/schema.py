"""What the databases need beside the tables: a full-text index of the entries' terms.

install() may run any number of times. It runs after every migration, since SQLite drops the
triggers of a table that a migration remakes.
"""

import json
from contextlib import contextmanager

from search.entries import MARK
from search.models import SearchEntry

TABLE = SearchEntry._meta.db_table
INDEX = f"{TABLE}_fts"
VOCABULARY = f"{TABLE}_vocabulary"
PAIRS = f"{TABLE}_pairs"

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
# Words in quotation marks may each be common and their phrase rare. PostgreSQL reads every row that
# has the words to see whether they are neighbours; an index of each two neighbours tells it.
# A pair is a number below 2^18, so that the index is small; a few hundred others have the same at a
# million entries. PostgreSQL's own hash indexes use hashtext(), which therefore stays as it is.
PAIR = "hashtext({}) & 262143"
POSTGRESQL_PAIRS = f"""
CREATE OR REPLACE FUNCTION {PAIRS}(terms text) RETURNS integer[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg({PAIR.format("word[place] || ' ' || word[place + 1]")})
    FROM string_to_array(split_part(terms, ' {MARK}', 1), ' ') AS word,
        generate_series(1, cardinality(word) - 1) AS place
$$
"""  # noqa: S608 (names of this file)
POSTGRESQL_INDEXES = {
    INDEX: f"CREATE INDEX IF NOT EXISTS {INDEX} ON {TABLE} USING gin(vector)",
    PAIRS: f"CREATE INDEX IF NOT EXISTS {PAIRS} ON {TABLE} USING gin({PAIRS}(terms))",
}


def install(connection):
    """Make the full-text index of the entries where it is not there."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRESQL_COLUMN)
            cursor.execute(POSTGRESQL_STORAGE)
            cursor.execute(POSTGRESQL_PAIRS)
            for statement in POSTGRESQL_INDEXES.values():
                cursor.execute(statement)
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
    """Leave PostgreSQL's indexes away while many rows are written, and make them again then."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        # nosemgrep: sql-put-together (names of indexes)
        cursor.execute(f"DROP INDEX IF EXISTS {', '.join(POSTGRESQL_INDEXES)}")
        yield
        for statement in POSTGRESQL_INDEXES.values():
            cursor.execute(statement)


def keys_there(connection, names):
    """Return the statement, with its parameters, that tells which names are keys already.

    `names` maps models to lists of names; a row has the place of the model and the name.
    """
    is_postgresql = connection.vendor == "postgresql"
    among = "= ANY(%s::text[])" if is_postgresql else "IN (SELECT value FROM json_each(%s))"
    keys = [(model._meta.pk.column, model._meta.db_table) for model in names]
    selects = [
        f"SELECT {place}, {key} FROM {table} WHERE {key} {among}"  # noqa: S608
        for place, (key, table) in enumerate(keys)
    ]
    lists = names.values()
    return " UNION ALL ".join(selects), list(lists if is_postgresql else map(json.dumps, lists))


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
