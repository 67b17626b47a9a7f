"""Writes made-up passages to a scratch database as entries of the index, many at once."""

import json
from contextlib import contextmanager
from io import StringIO
from itertools import batched
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

from django.db import connection
from tqdm import tqdm

from benchmarks.passages import make_passage
from search import entries, schema
from search.analysis import analyse
from search.entries import IndexEntry, entry_terms

KIND = "benchmark.passage"
COLUMNS = ("id", "kind", "record", "audience", "code", "texts", "place", "terms", "digest")
BATCH_SIZE = 5_000
ROWS_PER_CHECK = 1_000


@contextmanager
def scratch_database(folder):
    """Connect Django to a database of its own during the block, and delete it afterwards.

    `folder` is the folder of the file of SQLite.
    """
    name = connection.settings_dict["NAME"]
    test = connection.settings_dict["TEST"]
    test["NAME"] = str(Path(folder) / "benchmark.sqlite3") if is_sqlite() else f"benchmark_{name}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def is_sqlite():
    """Whether the database is SQLite; else it is PostgreSQL."""
    return connection.vendor == "sqlite"


def execute(statement, parameters=None):
    """Run a statement; return its rows, an empty list if it has none."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def generate_rows(size, lexicons):
    """Yield the values of COLUMNS for each passage; two processes make them.

    Each word is analysed once. Every thousandth row is compared with the result of the analyser for
    the whole text; ValueError is raised where they differ.
    """
    make_rows.lexicons = lexicons
    make_rows.term_by_word = {
        word: analyse(word)[0] for lexicon in lexicons for word in lexicon.words
    }
    starts = range(1, size + 1, BATCH_SIZE)
    ranges = [range(start, min(start + BATCH_SIZE, size + 1)) for start in starts]
    with (
        tqdm(total=size, desc="entries", unit=" rows", mininterval=1) as bar,
        get_context("fork").Pool(2) as pool,
    ):
        for batch in pool.imap(make_rows, ranges):
            yield from batch
            bar.update(len(batch))


def make_rows(numbers):
    """Return the rows of the passages with these numbers."""

    def known_terms(text):
        return [make_rows.term_by_word[word] for word in text.split(" ")]

    place = json.dumps({"page": "", "key": "", "anchor": ""})
    batch = []
    for number in numbers:
        texts = make_passage(number, *make_rows.lexicons).texts()
        entry = IndexEntry(number, "", True, texts, {}, {"section": ["b"]})
        with patch.multiple(entries, analyse=known_terms, uppercase_code_terms=find_no_codes):
            terms = entry_terms(None, entry)
        if number % ROWS_PER_CHECK == 1 and terms != entry_terms(None, entry):
            raise ValueError(f"Passage {number} is not analysed as it should be.")
        texts = json.dumps(texts, ensure_ascii=False)
        batch.append((number, KIND, number, "", "", texts, place, terms, f"{number:064x}"))
    return batch


def find_no_codes(text):
    """Take the place of uppercase_code_terms(): passages have no codes."""
    return []


def delete_all_entries():
    """Delete all entries, with their triggers on SQLite."""
    if is_sqlite():
        drop_triggers()
        execute(f"DELETE FROM {schema.TABLE}")  # noqa: S608
        execute("VACUUM")
    else:
        execute(f"TRUNCATE {schema.TABLE}")


def drop_triggers():
    """Drop the triggers that keep SQLite's full-text index up to date."""
    for name in schema.SQLITE_TRIGGERS:
        execute(f"DROP TRIGGER IF EXISTS {name}")


def write_on_sqlite(rows):
    """Insert rows without the triggers, in transactions of BATCH_SIZE rows."""
    placeholders = ", ".join(["%s"] * len(COLUMNS))
    statement = f"INSERT INTO {schema.TABLE} ({', '.join(COLUMNS)}) VALUES ({placeholders})"  # noqa: S608
    for batch in batched(rows, BATCH_SIZE):
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.executemany(statement, batch)
            cursor.execute("COMMIT")


def write_on_postgresql(rows):
    """Insert rows by COPY; their values have no tab, line break or backslash."""
    statement = f"COPY {schema.TABLE} ({', '.join(COLUMNS)}) FROM STDIN"
    for batch in batched(rows, BATCH_SIZE):
        lines = StringIO("".join("\t".join(map(str, row)) + "\n" for row in batch))
        with connection.cursor() as cursor:
            cursor.copy_expert(statement, lines)


def size_on_disk():
    """Return the size of the database in MB: of each part on PostgreSQL, as a whole on SQLite."""
    if is_sqlite():
        execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((pages,),), ((size,),) = execute("PRAGMA page_count"), execute("PRAGMA page_size")
        return {"all": pages * size / 1e6}
    vocabulary = ("search_searchterm", "search_searchword", "search_deletionkey")
    return {
        "rows": fetch_value(f"SELECT pg_table_size('{schema.TABLE}')") / 1e6,
        "index": sum(
            fetch_value("SELECT COALESCE(pg_relation_size(to_regclass(%s)), 0)", [name])
            for name in schema.POSTGRESQL_INDEXES
        )
        / 1e6,
        "vocabulary": sum(
            fetch_value("SELECT pg_total_relation_size(%s)", [table]) for table in vocabulary
        )
        / 1e6,
    }


def fetch_value(statement, parameters=None):
    """Return the first value of a statement's first row."""
    return execute(statement, parameters)[0][0]
