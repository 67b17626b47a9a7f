"""Writes entries to the index, and the words that they bring to the vocabulary."""

import json
from itertools import chain, islice

from django.db import connections, router

from search import vocabulary
from search.analysis import WORD
from search.models import SearchEntry
from search.schema import TABLE

BATCH_SIZE = 500
KEY = ["kind", "record"]
COLUMNS = ["audience", "code", "texts", "place", "terms", "digest"]
JSON_COLUMNS = {"texts", "place"}
STORED = (
    f"SELECT {', '.join(KEY)}, digest, terms, texts FROM {TABLE} "  # noqa: S608
    f"WHERE ({', '.join(KEY)}) IN (VALUES {{rows}})"
)
UPSERT = (
    f"INSERT INTO {TABLE} ({', '.join([*KEY, *COLUMNS])}) VALUES {{rows}} "  # noqa: S608
    f"ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET "
    f"{', '.join(f'{column} = excluded.{column}' for column in COLUMNS)}"
)


def write(rows):
    """Write those of some rows that differ from what is there, which may be many.

    Yields them by the batch, with the terms and the texts that stood there, by kind and record.
    """
    while batch := {(row.kind, row.record): row for row in islice(rows, BATCH_SIZE)}:
        with connections[router.db_for_write(SearchEntry)].cursor() as cursor:
            ask(cursor, STORED, batch)
            digests, before = {}, {}
            for kind, record, digest, *words in cursor.fetchall():
                digests[kind, record], before[kind, record] = digest, words
            new = [row for key, row in batch.items() if digests.get(key) != row.digest]
            if new:
                ask(cursor, UPSERT, map(values, new))
        if new:
            yield new, before


def ask(cursor, statement, rows):
    """Run a statement with a list of rows in it."""
    rows = list(map(tuple, rows))
    place = f"({', '.join(['%s'] * len(rows[0]))})"
    # nosemgrep: sql-put-together (places for values)
    cursor.execute(statement.format(rows=", ".join([place] * len(rows))), [*chain(*rows)])


def values(row):
    """Return what stands in the columns of a row."""
    for column in [*KEY, *COLUMNS]:
        value = getattr(row, column)
        yield json.dumps(value, ensure_ascii=False) if column in JSON_COLUMNS else value


def add_words(rows, before):
    """Add to the vocabulary what rows have and what stood there before did not."""
    terms, words = {}, {}
    for row in rows:
        old_terms, old_texts = before.get((row.kind, row.record), ("", "{}"))
        terms |= dict.fromkeys(set(row.terms.split()).difference(old_terms.split()))
        texts, old = dict.fromkeys(texts_of(row.texts)), texts_of(json.loads(old_texts))
        old_words = spelt(text for text in old if text not in texts)
        found = spelt(text for text in texts if text not in old)
        words |= {word: None for word in found if word not in old_words}
    if terms or words:
        vocabulary.add(terms, words)


def texts_of(texts):
    """Return the titles and the texts of an entry in all languages."""
    return [text for both in texts.values() for text in both if text]


def spelt(texts):
    """Return the words of texts as they are written, in their order."""
    found = (match.group() for text in texts for match in WORD.finditer(text))
    return dict.fromkeys(found)
