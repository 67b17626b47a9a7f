"""Which passages mention a term, and which terms a page mentions, from the index of mentions."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from languages.languages import language_codes
from library.models import Container, IndexedText, Term
from library.passages import Passage, passage_models, passage_rows, sorted_passages, union
from library.preview import compiled_for_readers


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


def terms_on_page(container: Container) -> QuerySet[Term]:
    """Return the terms that the page of a container mentions, with the columns of their names.

    The container may be a draft, whose preview shows them.
    """
    texts = IndexedText.objects.filter(
        page__kind=container._meta.label_lower, page__record=container.pk
    )
    names = [f"term_{code}" for code in language_codes()]
    return Term.objects.filter(pk__in=texts.values("mentions__term")).only("slug", *names)
