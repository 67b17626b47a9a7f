"""Writes entries to the index, and their new terms and words to the vocabulary."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from django.db import connections, router
from django.db.backends.utils import CursorWrapper

from search import vocabulary
from search.analysis import WORD_PATTERN
from search.models import SearchEntry
from search.schema import TABLE

type EntryKey = tuple[str, int]  # kind and record

BATCH_SIZE = 500
KEY_COLUMNS: list[str] = ["kind", "record"]
VALUE_COLUMNS: list[str] = ["audience", "code", "texts", "place", "terms", "digest"]
JSON_COLUMNS: set[str] = {"texts", "place"}
SELECT_STORED = (
    f"SELECT {', '.join(KEY_COLUMNS)}, digest, terms, texts FROM {TABLE} "  # noqa: S608
    f"WHERE ({', '.join(KEY_COLUMNS)}) IN (VALUES {{rows}})"
)
UPSERT = (
    f"INSERT INTO {TABLE} ({', '.join([*KEY_COLUMNS, *VALUE_COLUMNS])}) VALUES {{rows}} "  # noqa: S608
    f"ON CONFLICT ({', '.join(KEY_COLUMNS)}) DO UPDATE SET "
    f"{', '.join(f'{column} = excluded.{column}' for column in VALUE_COLUMNS)}"
)


def write_changed(
    entries: Iterator[SearchEntry],
) -> Iterator[tuple[list[SearchEntry], dict[EntryKey, list[str]]]]:
    """Write those of the entries that differ from the stored ones, by their digests.

    The entries are unsaved, and may be many. Yields for each batch the written entries, and a
    mapping of their keys to the [terms, texts] that were stored before.
    """
    while batch := {(entry.kind, entry.record): entry for entry in islice(entries, BATCH_SIZE)}:
        with connections[router.db_for_write(SearchEntry)].cursor() as cursor:
            execute_with_rows(cursor, SELECT_STORED, batch)
            digests: dict[EntryKey, str] = {}
            stored: dict[EntryKey, list[str]] = {}
            for kind, record, digest, *texts in cursor.fetchall():
                digests[kind, record], stored[kind, record] = digest, texts
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


def add_to_vocabulary(
    entries: Iterable[SearchEntry], stored: Mapping[EntryKey, Sequence[str]]
) -> None:
    """Add the terms and words of written entries that they did not have before.

    `stored` is the mapping that write_changed() yields with them. Most changes of a text bring few
    new words, so the vocabulary is asked for few.
    """
    terms: dict[str, None] = {}
    words: dict[str, None] = {}
    for entry in entries:
        old_terms, old_json = stored.get((entry.kind, entry.record), ("", "{}"))
        terms |= dict.fromkeys(set(entry.terms.split()).difference(old_terms.split()))
        texts, old_texts = (
            dict.fromkeys(flatten_texts(entry.texts)),
            flatten_texts(json.loads(old_json)),
        )
        old_words = written_words(text for text in old_texts if text not in texts)
        new_words = written_words(text for text in texts if text not in old_texts)
        words |= {word: None for word in new_words if word not in old_words}
    if terms or words:
        vocabulary.add_missing(terms, words)


def flatten_texts(texts: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the titles and texts of an entry in all languages, without empty ones."""
    return [text for title_and_text in texts.values() for text in title_and_text if text]


def written_words(texts: Iterable[str]) -> dict[str, None]:
    """Return the words of some texts as they are written: the keys of a dictionary, in order."""
    matches = (match.group() for text in texts for match in WORD_PATTERN.finditer(text))
    return dict.fromkeys(matches)
