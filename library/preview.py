"""Preview of a draft: its page is shown to staff as if the draft were published.

The address names the draft by its model and primary key, as in `?preview=goals.goal.3`. Other
drafts stay hidden.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.db.models import Q

from history.content_version import cached_by_version

PREVIEW_PARAMETER = "preview"

# The container that the present request previews, None for all other requests.
previewed_container = ContextVar("previewed_container", default=None)


@contextmanager
def previewing(container):
    """Context manager: within it, queries for published records also return this container."""
    token = previewed_container.set(container)
    try:
        yield
    finally:
        previewed_container.reset(token)


def visibility_filter(model):
    """Return a Q for the records of a Cited model that a page shows: published or previewed."""
    prefix = model.container_lookup_prefix()
    condition = Q(**{f"{prefix}is_published": True})
    draft = previewed_container.get()
    container_model = model._meta.get_field(prefix[:-2]).related_model if prefix else model
    if isinstance(draft, container_model):
        condition |= Q(**{f"{prefix}pk": draft.pk})
    return condition


def cached_for_readers(function):
    """Decorator: cache results as cached_by_version() does, but bypass the cache in a preview."""
    cached = cached_by_version(function)

    @wraps(function)
    def wrapper(*arguments):
        return (cached if previewed_container.get() is None else function)(*arguments)

    return wrapper


def preview_address(container):
    """Return the path and query string of a container's preview in the active language."""
    reference = f"{container._meta.label_lower}.{container.pk}"
    return f"{container.get_absolute_url()}?{PREVIEW_PARAMETER}={reference}"
