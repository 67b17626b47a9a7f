"""Write passages to a scratch database as entries of the index, many at once."""

import json
from contextlib import contextmanager
from io import StringIO
from itertools import batched
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

from django.db import connection
from tqdm import tqdm

from benchmarks.passages import passage
from search import entries, schema
from search.analysis import terms
from search.entries import IndexEntry, row_terms

KIND = "benchmark.passage"
COLUMNS = ("id", "kind", "record", "audience", "code", "texts", "place", "terms", "digest")
BATCH = 5_000
CHECKED_EVERY = 1_000  # rows


@contextmanager
def scratch_database(folder):
    """Work in a database of its own, which is gone afterwards."""
    name = connection.settings_dict["NAME"]
    test = connection.settings_dict["TEST"]
    test["NAME"] = str(Path(folder) / "benchmark.sqlite3") if is_sqlite() else f"benchmark_{name}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def is_sqlite():
    return connection.vendor == "sqlite"


def run(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def rows(size, lexicons):
    """Yield the columns of an entry for each passage; two processes make them.

    The analyser sees each word once; every thousandth row is compared with what it makes of
    the whole.
    """
    made.lexicons = lexicons
    made.term_of = {word: terms(word)[0] for lexicon in lexicons for word in lexicon.words}
    starts = range(1, size + 1, BATCH)
    spans = [range(start, min(start + BATCH, size + 1)) for start in starts]
    with (
        tqdm(total=size, desc="entries", unit=" rows", mininterval=1) as bar,
        get_context("fork").Pool(2) as pool,
    ):
        for batch in pool.imap(made, spans):
            yield from batch
            bar.update(len(batch))


def made(numbers):
    """Return the rows of some passages."""

    def known_terms(text):
        return [made.term_of[word] for word in text.split(" ")]

    place = json.dumps({"page": "", "key": "", "anchor": ""})
    batch = []
    for number in numbers:
        texts = passage(number, *made.lexicons).texts()
        entry = IndexEntry(number, "", True, texts, {}, {"section": ["b"]})
        with patch.multiple(entries, terms=known_terms, written_codes=no_codes):
            row = row_terms(None, entry)
        if number % CHECKED_EVERY == 1 and row != row_terms(None, entry):
            raise ValueError(f"Passage {number} is not analysed as it should be.")
        texts = json.dumps(texts, ensure_ascii=False)
        batch.append((number, KIND, number, "", "", texts, place, row, f"{number:064x}"))
    return batch


def no_codes(text):
    """Return the codes of a passage, which has no numbers."""
    return []


def empty():
    """Take all entries away."""
    if is_sqlite():
        drop_triggers()
        run(f"DELETE FROM {schema.TABLE}")  # noqa: S608
        run("VACUUM")
    else:
        run(f"TRUNCATE {schema.TABLE}")


def drop_triggers():
    for name in schema.SQLITE_TRIGGERS:
        run(f"DROP TRIGGER IF EXISTS {name}")


def write_on_sqlite(made):
    """Insert rows without the triggers, as transactions of BATCH rows."""
    places = ", ".join(["%s"] * len(COLUMNS))
    statement = f"INSERT INTO {schema.TABLE} ({', '.join(COLUMNS)}) VALUES ({places})"  # noqa: S608
    for batch in batched(made, BATCH):
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.executemany(statement, batch)
            cursor.execute("COMMIT")


def write_on_postgresql(made):
    """Copy rows; nothing in them has a tab, a line break or a backslash."""
    statement = f"COPY {schema.TABLE} ({', '.join(COLUMNS)}) FROM STDIN"
    for batch in batched(made, BATCH):
        lines = StringIO("".join("\t".join(map(str, row)) + "\n" for row in batch))
        with connection.cursor() as cursor:
            cursor.copy_expert(statement, lines)


def size_on_disk():
    """Return the size of what is there in MB, by what it is."""
    if is_sqlite():
        run("PRAGMA wal_checkpoint(TRUNCATE)")
        ((pages,),), ((size,),) = run("PRAGMA page_count"), run("PRAGMA page_size")
        return {"all": pages * size / 1e6}
    vocabulary = ("search_searchterm", "search_searchword", "search_deletionkey")
    return {
        "rows": first(f"SELECT pg_table_size('{schema.TABLE}')") / 1e6,
        "index": sum(
            first("SELECT COALESCE(pg_relation_size(to_regclass(%s)), 0)", [name])
            for name in schema.POSTGRESQL_INDEXES
        )
        / 1e6,
        "vocabulary": sum(
            first("SELECT pg_total_relation_size(%s)", [table]) for table in vocabulary
        )
        / 1e6,
    }


def first(statement, parameters=None):
    return run(statement, parameters)[0][0]
