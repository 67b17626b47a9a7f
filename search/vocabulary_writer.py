"""Writes the vocabulary: counts what changed entries have gained and lost, or all entries anew.

The counts are exact, so a word goes with the last entry of an audience that has it. Transactions
never wait for each other: a row that another one is taking stays, and the change gets a row of its
own beside it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import batched
from typing import NamedTuple

from django.db import connections, models, router, transaction

from search.analysis import WORD_PATTERN, normalise
from search.models import DeletionKey, SearchTerm, SearchWord
from search.schema import Row, insert_statement, take_counts_statement
from search.vocabulary import (
    ENTRY_COUNT,
    TERM_COUNT,
    deletion_keys,
    stored_skeleton,
    word_to_base,
)

# Gives the same items again, and shows the progress.
type Progress[Item] = Callable[[Iterable[Item]], Iterable[Item]]
type Key = tuple[str, str]  # a term or a base, and an audience

BATCH_SIZE = 2_000
MAX_DISPLAY_LENGTH = 80
TERM_COLUMNS = ["term", "audience", "frequency", "skeleton"]
WORD_COLUMNS = ["base", "audience", "frequency", "display"]


class EntryWords(NamedTuple):
    """What the vocabulary needs of an entry: its audience, its terms, and its texts."""

    audience: str
    terms: str
    texts: list[str]


class Counts(NamedTuple):
    """Numbers of entries by term and by base, with a spelling of each base."""

    terms: Counter[Key]
    words: Counter[Key]
    displays: dict[Key, str]


def written_words(texts: Iterable[str]) -> dict[str, None]:
    """Return the words of some texts as they are written: the keys of a dictionary, in order."""
    matches = (match.group() for text in texts for match in WORD_PATTERN.finditer(text))
    return dict.fromkeys(matches)


def spellings_by_base(words: Iterable[str]) -> dict[str, str]:
    """Return the first spelling of each base that some words have."""
    spellings: dict[str, str] = {}
    for word in words:
        spellings.setdefault(word_to_base(word), word)
    spellings.pop("", None)
    return spellings


def update_vocabulary(changes: Iterable[tuple[EntryWords | None, EntryWords | None]]) -> None:
    """Count what entries have gained and lost; each change is an entry before and after."""
    counts = Counts(Counter(), Counter(), {})
    for before, after in changes:
        add_change(counts, before, after, -1)
        add_change(counts, after, before, 1)
    with transaction.atomic(savepoint=False):
        write_counts(SearchTerm, TERM_COLUMNS, counts.terms, lambda key: stored_skeleton(key[0]))
        new_words = write_counts(
            SearchWord, WORD_COLUMNS, counts.words, counts.displays.__getitem__
        )
        insert_rows(
            DeletionKey, ["key", "base"], deletion_key_rows({base for base, _ in new_words})
        )


def add_change(
    counts: Counts, entry: EntryWords | None, other: EntryWords | None, sign: int
) -> None:
    """Add to the counts what an entry has and its other version has not, times `sign`.

    Texts that both versions have are looked at only where others differ in their words.
    """
    if entry is None:
        return
    audience = entry.audience
    if other is None or other.audience != audience:
        counts.terms[ENTRY_COUNT, audience] += sign
        other = EntryWords(audience, "", [])
    counts.terms[TERM_COUNT, audience] += sign * count_terms(entry)
    for term in set(entry.terms.split()).difference(other.terms.split()):
        counts.terms[term, audience] += sign
    words = written_words(text for text in entry.texts if text not in other.texts)
    for word in written_words(text for text in other.texts if text not in entry.texts):
        words.pop(word, None)
    if not words:
        return
    bases_of_other = spellings_by_base(written_words(other.texts))
    for base, word in spellings_by_base(words).items():
        if base not in bases_of_other:
            counts.words[base, audience] += sign
            counts.displays.setdefault((base, audience), word[:MAX_DISPLAY_LENGTH])


def count_terms(entry: EntryWords) -> int:
    """Return the number of terms of an entry."""
    return entry.terms.count(" ") + 1


def write_counts(
    model: type[models.Model],
    columns: list[str],
    changes: Mapping[Key, int],
    make_detail: Callable[[Key], str],
) -> list[Key]:
    """Add changes to the frequencies of a model's rows; return the keys that had no row.

    `columns` are those of the rows: key, audience, frequency, and a detail, which `make_detail`
    makes for new rows.
    """
    totals = {key: change for key, change in changes.items() if change}
    if not totals:
        return []
    connection = connections[router.db_for_write(model)]
    details: dict[Key, str] = {}  # of the rows that are there
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(*take_counts_statement(connection, table, columns, sorted(totals)))
        for name, audience, frequency, detail in cursor.fetchall():
            totals[name, audience] += frequency
            details[name, audience] = detail
    rows = [
        (*key, total, details[key] if key in details else make_detail(key))
        for key, total in sorted(totals.items())
        if total
    ]
    insert_rows(model, columns, rows)
    return [key for key in totals if key not in details]


def insert_rows(model: type[models.Model], columns: list[str], rows: Iterable[Row]) -> None:
    """Insert rows without the ORM, in batches; rows whose key exists are left as they are."""
    connection = connections[router.db_for_write(model)]
    with connection.cursor() as cursor:
        for batch in batched(rows, BATCH_SIZE):
            cursor.execute(*insert_statement(connection, model._meta.db_table, columns, batch))


def deletion_key_rows(bases: Iterable[str]) -> list[Row]:
    """Return the sorted (key, base) pairs of some bases."""
    return sorted((key, base) for base in bases for key in deletion_keys(base))


def rebuild_vocabulary(
    entries: Iterable[EntryWords], progress: Progress[EntryWords] = iter
) -> None:
    """Replace all terms, words and deletion keys by those of the entries."""
    with transaction.atomic():
        lock_vocabulary()
        counts = count_entries(progress(entries))
        for model in (SearchTerm, SearchWord, DeletionKey):
            model.objects.all().remove()
        term_rows = (
            (*key, count, stored_skeleton(key[0])) for key, count in sorted(counts.terms.items())
        )
        insert_rows(SearchTerm, TERM_COLUMNS, term_rows)
        word_rows = (
            (*key, count, counts.displays[key]) for key, count in sorted(counts.words.items())
        )
        insert_rows(SearchWord, WORD_COLUMNS, word_rows)
        for bases in batched(sorted({base for base, _audience in counts.words}), BATCH_SIZE):
            insert_rows(DeletionKey, ["key", "base"], deletion_key_rows(bases))


def lock_vocabulary() -> None:
    """Let changes of other transactions wait until the end of this one.

    Without it, a change that is counted while all entries are read would be lost. SQLite has one
    writer at a time anyway.
    """
    connection = connections[router.db_for_write(SearchTerm)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # nosemgrep: sql-put-together (the name of a table)
            cursor.execute(f"LOCK TABLE {SearchTerm._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def count_entries(entries: Iterable[EntryWords]) -> Counts:
    """Return the Counts of all entries, with the commonest spelling of each base."""
    terms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    words: defaultdict[str, Counter[str]] = defaultdict(Counter)
    spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        written = written_words(entry.texts)
        terms[entry.audience].update({*entry.terms.split(), ENTRY_COUNT})
        terms[entry.audience][TERM_COUNT] += count_terms(entry)
        spellings[entry.audience].update(written.keys())
        words[entry.audience].update(spellings_by_base(written).keys())
    return Counts(
        by_key(terms),
        by_key(words),
        {
            (base, audience): display[:MAX_DISPLAY_LENGTH]
            for audience, counter in spellings.items()
            for base, display in commonest_spellings(counter)
        },
    )


def by_key(counters: Mapping[str, Counter[str]]) -> Counter[Key]:
    """Return the counts of several audiences as one Counter."""
    return Counter(
        {
            (name, audience): count
            for audience, counter in counters.items()
            for name, count in counter.items()
        }
    )


def commonest_spellings(counts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Yield (base, its commonest spelling); `counts` maps spellings to numbers of entries."""
    counts_by_base: dict[str, dict[str, int]] = {}
    for word, count in counts.items():
        if base := word_to_base(word):
            counts_by_base.setdefault(base, {})[word] = count
    for base, counts_of_base in counts_by_base.items():
        yield base, commonest_spelling(base, counts_of_base)


def commonest_spelling(base: str, counts: Mapping[str, int]) -> str:
    """Return the commonest spelling of a base; one without particles if there is any.

    `counts` maps each spelling to the number of entries that have it.
    """
    bare_forms = {base, f"ال{base}"}
    spellings: Collection[str] = [
        spelling for spelling in counts if normalise(spelling) in bare_forms
    ] or list(counts)
    return min(spellings, key=lambda spelling: (-counts[spelling], spelling))
