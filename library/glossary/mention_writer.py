"""Writes rows of the index of mentions where they differ from what they should be."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import batched, chain
from typing import Any

from library.glossary.mention_rows import (
    BATCH_SIZE,
    LanguageKeys,
    MentionKey,
    PassageRow,
    TextRow,
    find_mentions,
    published_page_terms,
    stored_name,
    stored_page_terms,
    stored_start,
    term_names,
)
from library.models import (
    Container,
    IndexedPage,
    IndexedText,
    PageTerm,
    Term,
    TermMention,
    TermName,
)

PAGES_AT_ONCE = 20


def write_names(terms: Iterable[Term]) -> dict[int, set[LanguageKeys]]:
    """Write the names of some terms.

    Returns, by the primary key of the term, the names that were added or removed, if any were.
    """
    wanted = {term.pk: term_names(term) for term in terms}
    stored = stored_names(list(wanted))
    changed = {
        pk: names ^ stored.get(pk, set())
        for pk, names in wanted.items()
        if names != stored.get(pk, set())
    }
    if changed:
        TermName.objects.filter(term__pk__among=list(changed)).remove()
    TermName.objects.bulk_create(
        (name_row(pk, code, keys) for pk in changed for code, keys in sorted(wanted[pk])),
        batch_size=BATCH_SIZE,
    )
    return changed


def name_row(term: int, language: str, keys: str) -> TermName:
    """Return the unsaved TermName of a name of a term, given by its primary key."""
    start = stored_start(language, stored_name(keys))
    return TermName(term_id=term, language=language, start=start, keys=keys)


def stored_names(terms: Collection[int]) -> dict[int, set[LanguageKeys]]:
    """Return the stored names of some terms, by the term's primary key."""
    names: defaultdict[int, set[LanguageKeys]] = defaultdict(set)
    rows = TermName.objects.filter(term__pk__among=terms)
    for term, language, keys in rows.values_list("term", "language", "keys"):
        names[term].add((language, keys))
    return names


def write_pages(
    model: type[Container], passages: Iterable[PassageRow]
) -> tuple[dict[int, int], set[int]]:
    """Write the pages of some passages whose containers are of a model.

    Returns the primary keys of the pages by those of the containers, and the keys of the pages
    that were published or unpublished.
    """
    kind = model._meta.label_lower
    wanted = {row.container: (row.code, row.is_published) for row in passages}
    rows = IndexedPage.objects.filter(kind=kind, record__among=list(wanted))
    stored = {page.record: page for page in rows}
    changed = [
        IndexedPage(kind=kind, record=record, code=code, is_published=is_published)
        for record, (code, is_published) in wanted.items()
        if record not in stored
        or (stored[record].code, stored[record].is_published) != (code, is_published)
    ]
    written = IndexedPage.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["kind", "record"],
        update_fields=["code", "is_published"],
    )
    page_by_container = {page.record: page.pk for page in chain(stored.values(), written)}
    return page_by_container, {page.pk for page in written}


def write_texts(
    kind: str, passages: Iterable[PassageRow], page_by_container: Mapping[int, int]
) -> tuple[list[TextRow], set[int]]:
    """Write the changed texts of some passages of a kind.

    Returns them, and the primary keys of the pages that they stand on or have left.
    """
    wanted = {
        (row.record, language): (page_by_container[row.container], keys)
        for row in passages
        for language, keys in row.keys.items()
    }
    records = sorted({record for record, _language in wanted})
    stored = {
        (record, language): (page, keys)
        for record, language, page, keys in IndexedText.objects.filter(
            kind=kind, record__among=records
        ).values_list("record", "language", "page", "keys")
    }
    changed = [key for key, values in wanted.items() if stored.get(key) != values]
    written = IndexedText.objects.bulk_create(
        (
            IndexedText(
                kind=kind,
                record=key[0],
                language=key[1],
                page_id=wanted[key][0],
                keys=wanted[key][1],
            )
            for key in changed
        ),
        batch_size=BATCH_SIZE,
        update_conflicts=True,
        unique_fields=["kind", "record", "language"],
        update_fields=["page", "keys"],
    )
    pages = {text.page_id for text in written} | {
        stored[key][0] for key in changed if key in stored
    }
    return [TextRow(text.pk, text.language, text.keys) for text in written], pages


def match(texts: list[TextRow]) -> None:
    """Write the mentions of all terms in some texts."""
    write_mentions(find_mentions(texts), text__pk__among=[text.pk for text in texts])


def write_mentions(wanted: Collection[MentionKey], **lookups: Any) -> bool:
    """Let the stored mentions that the look-ups select be those that are wanted.

    Returns whether they were not.
    """
    rows = TermMention.objects.filter(**lookups).values_list("text", "term", "pk")
    stored = {(text, term): pk for text, term, pk in rows}
    gone = [pk for key, pk in stored.items() if key not in wanted]
    new = sorted(set(wanted) - stored.keys())
    if gone:
        TermMention.objects.filter(pk__among=gone).remove()
    TermMention.objects.bulk_create(
        (TermMention(text_id=text, term_id=term) for text, term in new), batch_size=BATCH_SIZE
    )
    return bool(gone or new)


def update_page_terms(pages: Collection[int]) -> None:
    """Write the terms of some pages."""
    for batch in batched(sorted(pages), PAGES_AT_ONCE):
        write_page_terms({"text__page__pk__among": batch}, {"page__pk__among": batch})


def write_page_terms(mentions: Mapping[str, Any], page_terms: Mapping[str, Any]) -> None:
    """Let the stored PageTerms be those of published pages with mentions, both by look-ups."""
    wanted, stored = published_page_terms(**mentions), stored_page_terms(**page_terms)
    gone = [pk for key, pk in stored.items() if key not in wanted]
    if gone:
        PageTerm.objects.filter(pk__among=gone).remove()
    PageTerm.objects.bulk_create(
        (PageTerm(page_id=page, term_id=term) for page, term in sorted(wanted - stored.keys())),
        batch_size=BATCH_SIZE,
    )
