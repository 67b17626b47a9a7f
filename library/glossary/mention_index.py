"""Keeps the index of mentions in step with the content, in the transaction of the change.

The history sends every change of a record, made in whatever way (history.signals). A changed
passage is matched against the names that begin as words in it do; a changed term is looked for in
the texts that have the keys of its names. So a change costs what it touches.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Q

from history.models import Change, ChangeKind, Revision
from library.glossary.mention_rows import (
    BATCH_SIZE,
    LanguageKeys,
    PassageModel,
    TextRow,
    container_model,
    find_mentions,
    read_passages,
    read_texts,
    stored_name,
)
from library.glossary.mention_writer import (
    match,
    update_page_terms,
    write_mentions,
    write_names,
    write_page_terms,
    write_pages,
    write_texts,
)
from library.glossary.mentions import KEY_END
from library.models import IndexedPage, IndexedText, PageTerm, Term, TermMention, TermName
from library.passages import passage_models

# Of more terms than these at once, all texts are matched anew instead of searched for each.
MAX_TERMS_LOOKED_FOR = 20
NAMES_AT_ONCE = 50


def update_after_revision(
    sender: type[Revision], revision: Revision, changes: Iterable[Change], **options: Any
) -> None:
    """Update the mentions of what a revision changed (a receiver of revision_recorded)."""
    changed: defaultdict[str, set[int]] = defaultdict(set)
    added: defaultdict[str, set[int]] = defaultdict(set)
    for change in changes:
        changed[change.model].add(change.record)
        if change.kind == ChangeKind.ADDED:
            added[change.model].add(change.record)
    passages: dict[PassageModel, set[int]] = {}
    for model in passage_models():
        pks = changed[model._meta.label_lower]
        containers = added[container_model(model)._meta.label_lower]
        if containers and model.container_field:
            # Statements may have been loaded before their container.
            lookup = {f"{model.container_field}__pk__among": list(containers)}
            pks |= set(model._base_manager.filter(**lookup).values_list("pk", flat=True))
        if pks:
            passages[model] = pks
    terms = changed[Term._meta.label_lower]
    if terms or passages:
        update_mentions(terms, passages)


def update_mentions(
    terms: Collection[int], passages: Mapping[PassageModel, Collection[int]]
) -> None:
    """Update the rows of some terms and passages, which may be new or deleted.

    `passages` has primary keys by model.
    """
    with transaction.atomic(savepoint=False):
        if terms:
            update_terms(terms)
        pages: set[int] = set()
        # Containers first: texts refer to the pages.
        for model in sorted(passages, key=lambda model: bool(model.container_field)):
            pages |= update_passages(model, passages[model])
        update_page_terms(pages)


def update_terms(pks: Collection[int]) -> None:
    """Write the names of some terms, and the mentions of those whose names have changed."""
    terms = Term.objects.filter(pk__among=list(pks))
    present = {term.pk: term for term in terms}
    deleted = [pk for pk in pks if pk not in present]
    for rows in (TermName, TermMention, PageTerm) if deleted else ():
        rows.objects.filter(term__pk__among=deleted).remove()
    changed: dict[int, set[LanguageKeys]] = {}
    for batch in batched(present.values(), BATCH_SIZE):
        changed |= write_names(batch)
    if len(changed) > MAX_TERMS_LOOKED_FOR:
        match_all()
    elif changed:
        look_for(changed)


def look_for(changed: Mapping[int, set[LanguageKeys]]) -> None:
    """Write the mentions of some terms in the texts that may have one of their changed names.

    `changed` has the names that were added or removed, by the primary key of the term.
    """
    terms = {"term__pk__among": list(changed)}
    names = TermName.objects.filter(**terms)
    is_changed = False
    for batch in batched(sorted(set().union(*changed.values())), NAMES_AT_ONCE):
        rows = IndexedText.objects.filter(texts_with_names(batch)).order_by()
        texts = [TextRow(*row) for row in rows.values_list("pk", "language", "keys")]
        found = find_mentions(texts, names)
        lookups = {**terms, "text__pk__among": [text.pk for text in texts]}
        is_changed |= write_mentions(found, **lookups)
    if is_changed:
        write_page_terms(terms, terms)


def texts_with_names(names: Iterable[LanguageKeys]) -> Q:
    """Return a Q for the IndexedTexts that have all the keys of one of some names."""
    condition = Q()
    for language, keys in names:
        has_keys = Q(language=language)
        # The longest key first, since it is the rarest.
        for key in sorted(set(stored_name(keys)), key=len, reverse=True):
            has_keys &= Q(keys__contains=f"{KEY_END}{key}{KEY_END}")
        condition |= has_keys
    return condition


def match_all() -> None:
    """Write the mentions of all terms in all texts."""
    for texts in read_texts():
        match(texts)
    update_page_terms(list(IndexedPage.objects.values_list("pk", flat=True)))


def update_passages(model: PassageModel, pks: Collection[int] | None = None) -> set[int]:
    """Write the pages, texts and mentions of some passages of a model.

    For None, it writes those of all passages, but no mentions; the caller does, by match().
    Returns the primary keys of the pages whose terms may have changed.
    """
    kind = model._meta.label_lower
    lookups = {} if pks is None else {"pk__among": list(pks)}
    stored = IndexedText.objects.filter(kind=kind)
    gone = set(stored.values_list("record", flat=True)) if pks is None else set(pks)
    pages: set[int] = set()
    for batch in read_passages(model, **lookups):
        gone.difference_update(row.record for row in batch)
        page_by_container, changed_pages = write_pages(container_model(model), batch)
        texts, text_pages = write_texts(kind, batch, page_by_container)
        pages |= changed_pages | text_pages
        if texts and pks is not None:
            match(texts)
    if gone:
        former = stored.filter(record__among=list(gone))
        pages.update(former.values_list("page", flat=True).distinct())
        former.remove()
        IndexedPage.objects.filter(kind=kind, record__among=list(gone)).remove()
    return pages
