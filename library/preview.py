"""A draft on the page that it will have: for staff, in an address that says which record is meant.

`?preview=goals.goal.3` shows that goal as if it were published, and nothing else that is not.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.db.models import Q

from history.content_version import remembered

PARAMETER = "preview"

previewed = ContextVar("previewed", default=None)


@contextmanager
def previewing(container):
    token = previewed.set(container)
    try:
        yield
    finally:
        previewed.reset(token)


def is_shown(model):
    """Return the filter of the records of a Cited model that a page shows."""
    prefix = model.container_lookup_prefix()
    shown = Q(**{f"{prefix}is_published": True})
    draft = previewed.get()
    container = model._meta.get_field(prefix[:-2]).related_model if prefix else model
    if isinstance(draft, container):
        shown |= Q(**{f"{prefix}pk": draft.pk})
    return shown


def remembered_for_readers(function):
    """Remember what a function answers, as remembered() does, but not while a draft is shown."""
    for_readers = remembered(function)

    @wraps(function)
    def answering(*arguments):
        return (for_readers if previewed.get() is None else function)(*arguments)

    return answering


def address_of(container):
    """Return the address of a container's preview."""
    wanted = f"{container._meta.label_lower}.{container.pk}"
    return f"{container.get_absolute_url()}?{PARAMETER}={wanted}"
