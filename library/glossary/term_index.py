"""Which passages mention a term, and which terms a page mentions, from the index of mentions."""

from collections.abc import Iterable
from heapq import nsmallest
from typing import Any

from django.db.models import Count, QuerySet

from languages.compiled_query import CompiledQuery
from languages.languages import language_codes
from library.models import Container, IndexedText, Term, TermMention
from library.passages import Passage, passage_models, passage_rows, sorted_passages, union
from library.preview import compiled_for_readers

# More than any page of the first five documents has; with thousands of terms, a page would name
# hundreds of them.
MAX_TERMS = 30


def passages_with_term(term: Term) -> list[Passage]:
    """Return the published Passages that mention a term in any language, sorted by code."""
    return sorted_passages(rows_with_terms([term.pk]))


@compiled_for_readers
def rows_with_terms(terms: Iterable[int]) -> QuerySet[Any, tuple[Any, ...]]:
    """Return the rows of the published passages that mention any of some terms, by their keys."""
    texts = IndexedText.objects.filter(mentions__term__pk__among=terms)
    return union(
        passage_rows(model, pk__in=texts.filter(kind=model._meta.label_lower).values("record"))
        for model in passage_models()
    )


@CompiledQuery
def mentions_on_page(kind: Iterable[str], record: Iterable[int]) -> QuerySet[Any, Any]:
    """Return (term, number of texts) for each term that the page of a container mentions."""
    mentions = TermMention.objects.filter(
        text__page__kind__among=kind, text__page__record__among=record
    )
    return mentions.order_by().values_list("term").annotate(Count("text"))


def terms_on_page(container: Container) -> tuple[list[Term], int]:
    """Return the terms that most texts of a container's page mention, and how many are left out.

    These are MAX_TERMS at most, by slug, with the columns of their names. The container may be a
    draft, whose preview shows them.
    """
    mentions = mentions_on_page([container._meta.label_lower], [container.pk])
    chosen = nsmallest(MAX_TERMS, mentions, key=lambda row: (-row[1], row[0]))
    names = [f"term_{code}" for code in language_codes()]
    terms = Term.objects.filter(pk__among=[term for term, _times in chosen]).only("slug", *names)
    return list(terms), len(mentions) - len(chosen)
