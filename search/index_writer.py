"""Writes entries to the index, and counts what they gain and lose in the vocabulary."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from django.db import connections, models, router, transaction
from django.db.backends.utils import CursorWrapper

from search.models import SearchEntry
from search.schema import TABLE
from search.vocabulary_writer import EntryWords, update_vocabulary

type EntryKey = tuple[str, int]  # kind and record

BATCH_SIZE = 500
KEY_COLUMNS: list[str] = ["kind", "record"]
VALUE_COLUMNS: list[str] = ["audience", "code", "texts", "place", "terms", "digest"]
JSON_COLUMNS: set[str] = {"texts", "place"}
# With a condition on pairs, (kind, record) IN (VALUES …), SQLite reads all entries of the kind.
SELECT_STORED = (
    f"WITH keys ({', '.join(KEY_COLUMNS)}) AS (VALUES {{rows}}) "  # noqa: S608
    f"SELECT {', '.join(f'{TABLE}.{name}' for name in KEY_COLUMNS)}, "
    "digest, audience, terms, texts "
    f"FROM keys CROSS JOIN {TABLE} "
    f"WHERE {' AND '.join(f'{TABLE}.{name} = keys.{name}' for name in KEY_COLUMNS)}"
)
# What the vocabulary loses must be what was stored last, whoever stored it.
LOCKING = f" ORDER BY {', '.join(KEY_COLUMNS)} FOR UPDATE OF {TABLE}"
UPSERT = (
    f"INSERT INTO {TABLE} ({', '.join([*KEY_COLUMNS, *VALUE_COLUMNS])}) VALUES {{rows}} "  # noqa: S608
    f"ON CONFLICT ({', '.join(KEY_COLUMNS)}) DO UPDATE SET "
    f"{', '.join(f'{column} = excluded.{column}' for column in VALUE_COLUMNS)}"
)


def write_changed(
    entries: Iterator[SearchEntry],
) -> Iterator[tuple[list[SearchEntry], dict[EntryKey, EntryWords]]]:
    """Write those of the entries that differ from the stored ones, by their digests.

    The entries are unsaved, and may be many. Yields for each batch the written entries, and a
    mapping of their keys to the EntryWords of what was stored before.
    """
    connection = connections[router.db_for_write(SearchEntry)]
    select = SELECT_STORED + (LOCKING if connection.vendor == "postgresql" else "")
    while batch := {(entry.kind, entry.record): entry for entry in islice(entries, BATCH_SIZE)}:
        with connection.cursor() as cursor:
            execute_with_rows(cursor, select, batch)
            digests: dict[EntryKey, str] = {}
            stored: dict[EntryKey, EntryWords] = {}
            for kind, record, digest, audience, terms, texts in cursor.fetchall():
                digests[kind, record] = digest
                stored[kind, record] = EntryWords(audience, terms, flatten_texts(json.loads(texts)))
            changed = [entry for key, entry in batch.items() if digests.get(key) != entry.digest]
            if changed:
                execute_with_rows(cursor, UPSERT, map(column_values, changed))
        if changed:
            yield changed, stored


def execute_with_rows(
    cursor: CursorWrapper, statement: str, rows: Iterable[Iterable[str | int]]
) -> None:
    """Run a statement with placeholders in place of its {rows}; `rows` must not be empty."""
    values = list(map(tuple, rows))
    placeholder = f"({', '.join(['%s'] * len(values[0]))})"
    # nosemgrep: sql-put-together (places for values)
    cursor.execute(statement.format(rows=", ".join([placeholder] * len(values))), [*chain(*values)])


def column_values(entry: SearchEntry) -> Iterator[str | int]:
    """Yield the values of an entry's columns, as the databases take them."""
    for column in [*KEY_COLUMNS, *VALUE_COLUMNS]:
        value = getattr(entry, column)
        yield json.dumps(value, ensure_ascii=False) if column in JSON_COLUMNS else value


def count_written(entries: Iterable[SearchEntry], stored: Mapping[EntryKey, EntryWords]) -> None:
    """Count in the vocabulary what written entries have gained and lost.

    `stored` is the mapping that write_changed() yields with them.
    """
    update_vocabulary(
        (stored.get((entry.kind, entry.record)), entry_words(entry)) for entry in entries
    )


def delete_entries(entries: models.QuerySet[SearchEntry]) -> None:
    """Delete entries of a queryset, and take what they have out of the vocabulary."""
    with transaction.atomic(savepoint=False):
        deleted = list(entries.select_for_update())
        SearchEntry.objects.filter(pk__among=[entry.pk for entry in deleted]).remove()
        update_vocabulary((entry_words(entry), None) for entry in deleted)


def entry_words(entry: SearchEntry) -> EntryWords:
    """Return what the vocabulary needs of an entry."""
    return EntryWords(entry.audience, entry.terms, flatten_texts(entry.texts))


def flatten_texts(texts: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the titles and texts of an entry in all languages, without empty ones."""
    return [text for title_and_text in texts.values() for text in title_and_text if text]
