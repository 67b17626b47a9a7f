"""What the index of mentions should have: pages, texts, names and mentions, from the content.

Nothing here writes; library/glossary/mention_index.py does.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched
from typing import Any, NamedTuple, cast

from django.db.models import QuerySet

from languages.languages import language_codes
from library.glossary.mentions import (
    WORD_END,
    Keys,
    NameMatcher,
    join_keys,
    key_sets,
    name_keys,
    name_start,
    split_keys,
    text_starts,
)
from library.models import Container, IndexedText, PageTerm, Statement, Term, TermMention, TermName

BATCH_SIZE = 500  # records
TEXTS_AT_ONCE = 100  # for which the names that they may have are in memory

type PassageModel = type[Container | Statement]
type LanguageKeys = tuple[str, str]  # a language, and keys as they are stored
type MentionKey = tuple[int, int]  # primary keys of a text and of a term
type PageTermKey = tuple[int, int]  # primary keys of a page and of a term


class PassageRow(NamedTuple):
    """A passage, published or not: its key, that of its container, and the keys of its texts."""

    record: int
    container: int
    code: str  # of the container
    is_published: bool
    keys: dict[str, str]  # by language


class TextRow(NamedTuple):
    """A stored text: its primary key, its language and its keys."""

    pk: int
    language: str
    keys: str


def container_model(model: PassageModel) -> type[Container]:
    """Return the model of the containers of a model; a container's own model is that."""
    relation = model.container_field
    related = model._meta.get_field(relation).related_model if relation else model
    return cast(type[Container], related)


def read_passages(model: PassageModel, **lookups: Any) -> Iterator[list[PassageRow]]:
    """Yield the passages of a model in batches, in the order of their keys."""
    prefix = model.container_lookup_prefix()
    texts = [f"{model.cited_field}_{code}" for code in language_codes()]
    columns = ["pk", f"{prefix}pk", f"{prefix}code", f"{prefix}is_published", *texts]
    # Past the manager of django-modeltranslation, which takes as long as the query.
    records: QuerySet[Any] = QuerySet(model).filter(**lookups).order_by("pk")
    rows = records.values_list(*columns).iterator(chunk_size=BATCH_SIZE)
    for batch in batched(rows, BATCH_SIZE):
        yield [passage_row(row) for row in batch]


def passage_row(values: tuple[Any, ...]) -> PassageRow:
    """Return the PassageRow of a row of read_passages(): four columns, then the texts."""
    record, container, code, is_published, *texts = values
    keys = {
        language: join_keys(key_sets(text or ""))
        for language, text in zip(language_codes(), texts, strict=True)
    }
    return PassageRow(record, container, code, is_published, keys)


def term_names(term: Term) -> set[LanguageKeys]:
    """Return the names of a term in all languages, as they are stored."""
    return {
        (code, WORD_END.join(keys))
        for code in language_codes()
        for name in term.names(code)
        if (keys := name_keys(name))
    }


def stored_name(keys: str) -> Keys:
    """Return the keys of a stored name."""
    return tuple(keys.split(WORD_END))


def stored_start(language: str, keys: Keys) -> str:
    """Return the name_start() of a name with its language, by which names are looked up."""
    return f"{language}{WORD_END}{name_start(keys)}"


def names_in_texts(texts: Iterable[tuple[str, Iterable[set[str]]]]) -> QuerySet[TermName]:
    """Return the names that any of some texts, (language, key sets), may mention, and some more."""
    starts = {
        f"{language}{WORD_END}{start}"
        for language, keys in texts
        for _position, start in text_starts(list(keys))
    }
    return TermName.objects.filter(start__among=sorted(starts))


def find_mentions(
    texts: Sequence[TextRow], names: QuerySet[TermName] | None = None
) -> set[MentionKey]:
    """Return the mentions in some texts: of all terms, by one query, or of those with `names`."""
    split = [(text, split_keys(text.keys)) for text in texts]
    if names is None:
        names = names_in_texts((text.language, keys) for text, keys in split)
    names_by_language: defaultdict[str, list[tuple[Keys, int]]] = defaultdict(list)
    for language, keys, term in names.values_list("language", "keys", "term"):
        names_by_language[language].append((stored_name(keys), term))
    matchers = {code: NameMatcher(found) for code, found in names_by_language.items()}
    return {
        (text.pk, term)
        for text, text_keys in split
        if text.language in matchers
        for _position, _length, term in matchers[text.language].matches(text_keys)
    }


def read_texts(**lookups: Any) -> Iterator[list[TextRow]]:
    """Yield the stored texts in batches, in the order of their keys."""
    query = IndexedText.objects.filter(**lookups).order_by("pk")
    rows = query.values_list("pk", "language", "keys").iterator(chunk_size=BATCH_SIZE)
    for batch in batched(rows, TEXTS_AT_ONCE):
        yield [TextRow(*row) for row in batch]


def published_page_terms(**lookups: Any) -> set[PageTermKey]:
    """Return the pages and terms of the mentions on published pages."""
    mentions = TermMention.objects.filter(text__page__is_published=True, **lookups)
    return set(mentions.values_list("text__page", "term").distinct())


def stored_page_terms(**lookups: Any) -> dict[PageTermKey, int]:
    """Return the primary keys of the stored PageTerms."""
    rows = PageTerm.objects.filter(**lookups).values_list("page", "term", "pk")
    return {(page, term): pk for page, term, pk in rows}
