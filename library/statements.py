"""Bring the statements of a page into the shape that its template shows."""

from django.db.models import prefetch_related_objects
from django.http import Http404


def load_corrections(*records):
    """Fetch the corrections of all the records' lines with one query."""
    prefetch_related_objects([record.line for record in records if record.line], "corrections")


def nest(statements):
    """Return the top statements in order, each with those under it as `nested`."""
    below = {}
    for statement in sorted(statements, key=lambda statement: statement.number):
        below.setdefault(statement.parent_id, []).append(statement)
        statement.nested = below.setdefault(statement.pk, [])
    return below.get(None, [])


def find_among(records, **key):
    """Return the record with this key, and those before and after it, None at either end.

    Raises Http404 where none of the records has the key.
    """
    ((name, value),) = key.items()
    records = [None, *records, None]
    for before, record, after in zip(records, records[1:], records[2:], strict=False):
        if getattr(record, name) == value:
            return record, {"previous": before, "next": after}
    raise Http404
