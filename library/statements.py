"""Statements and neighbouring records in the form that page templates need."""

from collections.abc import Iterable
from typing import TypedDict

from django.db.models import Model
from django.http import Http404

from library.models import NestedStatement


class Neighbours[M: Model](TypedDict):
    """The records around one; `previous` and `next` are None at either end, `siblings` are all.

    `total` is how many there are, None where their numbers have gaps: “9 of 8” would be wrong.
    """

    previous: M | None
    next: M | None
    siblings: list[M]
    total: int | None


def nest_statements[S: NestedStatement](statements: Iterable[S]) -> list[S]:
    """Return the statements without a parent, by number.

    Each statement gets the list of those under it, by number, as its attribute `nested`.
    """
    children: dict[int | None, list[S]] = {}
    for statement in sorted(statements, key=lambda statement: statement.number):
        children.setdefault(statement.parent_id, []).append(statement)
        statement.nested = children.setdefault(statement.pk, [])
    return children.get(None, [])


def get_with_neighbours_or_404[M: Model](
    records: Iterable[M], **lookup: object
) -> tuple[M, Neighbours[M]]:
    """Return the record whose field has a value, and its neighbours for the context of a page.

    `lookup` is one field with its value. Raises Http404 where no record has the value.
    """
    ((name, value),) = lookup.items()
    siblings = list(records)
    earlier, later = [None, *siblings], [*siblings[1:], None]
    for previous, record, following in zip(earlier, siblings, later, strict=False):
        if getattr(record, name) == value:
            has_gaps = getattr(siblings[-1], "number", 0) != len(siblings)
            return record, {
                "previous": previous,
                "next": following,
                "siblings": siblings,
                "total": None if has_gaps else len(siblings),
            }
    raise Http404
