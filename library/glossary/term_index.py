"""Which passages mention a term, and which terms a page mentions, from the index of mentions."""

from django.db.models import QuerySet

from languages.languages import language_codes
from library.models import Container, IndexedText, Term
from library.passages import Passage, passage_models, passage_rows, sorted_passages


def passages_with_term(term: Term) -> list[Passage]:
    """Return the published Passages that mention a term in any language, sorted by code."""
    mentioning = IndexedText.objects.filter(mentions__term=term)
    return sorted_passages(
        passage_rows(model, pk__in=mentioning.filter(kind=model._meta.label_lower).values("record"))
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
