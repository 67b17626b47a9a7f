"""Keeps the headwords of terms up to date: where a dictionary in each language has them."""

from collections.abc import Iterator
from itertools import batched
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from history.models import Change, ChangeKind
from languages.languages import language_codes, languages_from, text_in_language
from library.glossary.letters import first_letter, sort_key
from library.models import Headword, Term

BATCH_SIZE = 500  # rows


def write_headwords(terms: QuerySet[Term]) -> None:
    """Write the headwords of some terms in all languages."""
    for batch in batched(terms.iterator(chunk_size=BATCH_SIZE), BATCH_SIZE):
        Headword.objects.bulk_create(
            [headword for term in batch for headword in headwords(term)],
            batch_size=BATCH_SIZE,
            update_conflicts=True,
            unique_fields=["term", "language"],
            update_fields=["letter", "sort_key"],
        )


def headwords(term: Term) -> Iterator[Headword]:
    """Yield the unsaved headword of a term in each language.

    Where the term has no name in a language, readers see the one in another, so that one counts.
    """
    for language in language_codes():
        names = (text_in_language(term, "term", code) for code in languages_from(language))
        key = sort_key(next(filter(None, names), ""))
        letter = first_letter(key, language)
        yield Headword(term=term, language=language, letter=letter, sort_key=key)


def update_after_revision(changes: list[Change], **options: Any) -> None:
    """Write or delete the headwords of the terms in a revision (receiver of revision_recorded)."""
    terms = [change for change in changes if change.model == Term._meta.label_lower]
    deleted = [change.record for change in terms if change.kind == ChangeKind.DELETED]
    written = [change.record for change in terms if change.kind != ChangeKind.DELETED]
    if deleted:
        Headword.objects.filter(term__in=deleted).delete()
    if written:
        write_headwords(Term.objects.filter(pk__among=written))


def write_after_migrate(using: str, **options: Any) -> None:
    """Write all headwords once their tables exist (receiver of post_migrate).

    The terms of an older version have none, and neither have those of a language that was added;
    the letters of another version may differ.
    """
    tables = connections[using].introspection.table_names()
    if Headword._meta.db_table in tables:
        write_headwords(Term.objects.all())
