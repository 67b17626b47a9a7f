"""Compares the index with the content, and the vocabulary with the index."""

from collections.abc import Iterator
from typing import Any

from django.db.models import F, Sum

from search.entries import indexes
from search.index_writer import BATCH_SIZE
from search.indexing import build_entries, stored_words
from search.models import DeletionKey, SearchEntry, SearchTerm, SearchWord
from search.vocabulary_writer import Progress, count_entries


def find_index_problems(progress: Progress[Any] = iter) -> Iterator[str]:
    """Yield a sentence for each entry that is missing, stale or without a record.

    If there is none, yield one for each fault of the vocabulary, which is made of the entries.
    """
    are_entries_in_step = True
    for problem in find_entry_problems(progress):
        are_entries_in_step = False
        yield problem
    if are_entries_in_step:
        yield from find_vocabulary_problems()


def find_entry_problems(progress: Progress[Any] = iter) -> Iterator[str]:
    """Yield a sentence for each entry that is missing, stale or without a record."""
    kinds = SearchEntry.objects.exclude(kind__in=indexes)
    for kind in kinds.values_list("kind", flat=True).distinct().order_by("kind"):
        yield f"{kind}: nothing registers these entries any more."
    for index in indexes.values():
        digests = dict(SearchEntry.objects.filter(kind=index.kind).values_list("record", "digest"))
        for entry in build_entries(
            index, progress(index.records().iterator(chunk_size=BATCH_SIZE))
        ):
            if entry.record not in digests:
                yield f"{index.kind} {entry.record}: has no entry."
            elif digests.pop(entry.record) != entry.digest:
                yield f"{index.kind} {entry.record}: its entry is out of date."
        for record in digests:
            yield f"{index.kind} {record}: the record of this entry is gone."


def find_vocabulary_problems() -> Iterator[str]:
    """Yield a sentence for each term or word whose count is not that of the entries."""
    counts = count_entries(stored_words())
    for model, expected in ((SearchTerm, counts.terms), (SearchWord, counts.words)):
        name = "term" if model is SearchTerm else "base"
        rows = model.objects.order_by().values_list(name, "audience").annotate(Sum("frequency"))
        stored = {(text, audience): count for text, audience, count in rows if count}
        for text, audience in sorted(stored.keys() | expected.keys()):
            counted, known = expected[text, audience], stored.get((text, audience), 0)
            if counted != known:
                whose = audience or "everybody"
                yield f"{name} {text} for {whose}: counted in {known} entries, not in {counted}."
    keyed = set(DeletionKey.objects.filter(key=F("base")).values_list("base", flat=True))
    for base in sorted({base for base, _audience in counts.words} - keyed):
        yield f"base {base}: has no keys for corrections."
