"""Compares the index of mentions with the content, and repairs it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import batched

from django.db import transaction

from history.content_version import bump_version, lock_version
from library.glossary.mention_index import update_passages
from library.glossary.mention_rows import (
    BATCH_SIZE,
    PassageModel,
    PassageRow,
    container_model,
    find_mentions,
    published_page_terms,
    read_passages,
    read_texts,
    stored_page_terms,
    term_names,
)
from library.glossary.mention_writer import (
    match,
    stored_names,
    update_page_terms,
    write_names,
)
from library.models import IndexedPage, IndexedText, Term, TermMention, TermName
from library.passages import passage_models


def update_index() -> int:
    """Write whatever differs from the content, also where no change was sent; then all is right.

    Returns the number of texts.
    """
    with transaction.atomic():
        lock_version()
        kinds = [model._meta.label_lower for model in passage_models()]
        IndexedPage.objects.exclude(kind__in=kinds).remove()
        IndexedText.objects.exclude(kind__in=kinds).remove()
        terms = Term.objects.order_by("pk").iterator(chunk_size=BATCH_SIZE)
        for batch in batched(terms, BATCH_SIZE):
            write_names(batch)
        # Containers first: texts refer to the pages.
        for model in sorted(passage_models(), key=lambda model: bool(model.container_field)):
            update_passages(model)
        remove_pages()
        for texts in read_texts():
            match(texts)
        update_page_terms(list(IndexedPage.objects.values_list("pk", flat=True)))
        bump_version()  # pages that are kept were made from the former rows
        return IndexedText.objects.count()


def remove_pages() -> None:
    """Remove the pages whose container is deleted."""
    for model in passage_models():
        if not model.container_field:
            pages = IndexedPage.objects.filter(kind=model._meta.label_lower)
            pages.exclude(record__in=model._base_manager.values_list("pk", flat=True)).remove()


def rebuild_index() -> int:
    """Make the whole index from scratch; return the number of texts."""
    with transaction.atomic():
        lock_version()
        TermName.objects.all().remove()
        IndexedPage.objects.all().remove()
        return update_index()


def find_index_problems() -> Iterator[str]:
    """Yield a sentence for each row that is missing, wrong or without a record."""
    for batch in batched(Term.objects.order_by("pk").iterator(chunk_size=BATCH_SIZE), BATCH_SIZE):
        stored = stored_names([term.pk for term in batch])
        for term in batch:
            if term_names(term) != stored.get(term.pk, set()):
                yield f"library.term {term.pk}: its names differ."
    for model in passage_models():
        yield from passage_problems(model)
    for texts in read_texts():
        rows = TermMention.objects.filter(text__pk__among=[text.pk for text in texts])
        stored_mentions = set(rows.values_list("text", "term"))
        different = {text for text, _term in find_mentions(texts) ^ stored_mentions}
        for row in IndexedText.objects.filter(pk__among=sorted(different)):
            yield f"{row}: its mentions differ."
    for pages in batched(IndexedPage.objects.order_by("pk"), BATCH_SIZE):
        pks = [page.pk for page in pages]
        stored_terms = stored_page_terms(page__pk__among=pks).keys()
        terms = published_page_terms(text__page__pk__among=pks)
        different = {page for page, _term in terms ^ stored_terms}
        for page in pages:
            if page.pk in different:
                yield f"{page.kind} {page.record}: the terms of its page differ."


def passage_problems(model: PassageModel) -> Iterator[str]:
    """Yield a sentence for each passage of a model whose texts or page differ."""
    kind = model._meta.label_lower
    stored: defaultdict[int, set[tuple[object, ...]]] = defaultdict(set)
    texts = IndexedText.objects.filter(kind=kind).values_list(
        "record", "language", "keys", "page__kind", "page__record", "page__code",
        "page__is_published",
    )  # fmt: skip
    for record, *values in texts.iterator(chunk_size=BATCH_SIZE):
        stored[record].add(tuple(values))
    for batch in read_passages(model):
        for row in batch:
            if stored.pop(row.record, None) != set(text_values(model, row)):
                yield f"{kind} {row.record}: its texts differ."
    for record in stored:
        yield f"{kind} {record}: its record is gone."


def text_values(model: PassageModel, row: PassageRow) -> Iterable[tuple[object, ...]]:
    """Yield what a passage's text should be stored with, for each language."""
    kind = container_model(model)._meta.label_lower
    for language, keys in row.keys.items():
        yield language, keys, kind, row.container, row.code, row.is_published
