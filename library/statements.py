"""Statements and neighbouring records in the form that page templates need."""

from django.http import Http404


def nest_statements(statements):
    """Return the statements without a parent, by number.

    Each statement gets the list of those under it, by number, as its attribute `nested`.
    """
    children = {}
    for statement in sorted(statements, key=lambda statement: statement.number):
        children.setdefault(statement.parent_id, []).append(statement)
        statement.nested = children.setdefault(statement.pk, [])
    return children.get(None, [])


def get_with_neighbours_or_404(records, **lookup):
    """Return (record, context) for the record of a queryset whose field has a value.

    `lookup` is one field with its value. The context has `previous` and `next`, None at either
    end, and `siblings`, all records. Raises Http404 where no record has the value.
    """
    ((name, value),) = lookup.items()
    siblings = list(records)
    padded = [None, *siblings, None]
    for previous, record, following in zip(padded, padded[1:], padded[2:], strict=False):
        if getattr(record, name) == value:
            return record, {"previous": previous, "next": following, "siblings": siblings}
    raise Http404
