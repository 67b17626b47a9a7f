"""Bring the statements of a page into the shape that its template shows."""

from django.http import Http404


def nest(statements):
    """Return the top statements in order, each with those under it as `nested`."""
    below = {}
    for statement in sorted(statements, key=lambda statement: statement.number):
        below.setdefault(statement.parent_id, []).append(statement)
        statement.nested = below.setdefault(statement.pk, [])
    return below.get(None, [])


def find_among(records, **key):
    """Return the record with this key, and the context of its page: those before and after it.

    `previous` and `next` are None at either end, `siblings` are all the records.
    Raises Http404 where none of the records has the key.
    """
    ((name, value),) = key.items()
    siblings = list(records)
    row = [None, *siblings, None]
    for before, record, after in zip(row, row[1:], row[2:], strict=False):
        if getattr(record, name) == value:
            return record, {"previous": before, "next": after, "siblings": siblings}
    raise Http404
