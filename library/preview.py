"""Preview of a draft: its page is shown to staff as if the draft were published.

The address names the draft by its model and primary key, as in `?preview=goals.goal.3`. Other
drafts stay hidden.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ClassVar, Protocol, cast

from django.db.models import Q, QuerySet
from django.db.models.options import Options

from history.content_version import cached_by_version
from languages.compiled_query import CompiledQuery

PREVIEW_PARAMETER = "preview"


class Citable(Protocol):
    """What this module needs of a Cited model (library/models/citing.py, which imports this)."""

    _meta: "ClassVar[Options[Any]]"

    @classmethod
    def container_lookup_prefix(cls) -> str: ...


class Previewable(Citable, Protocol):
    """What this module needs of a Container."""

    pk: Any

    def get_absolute_url(self) -> str: ...


# The container that the present request previews, None for all other requests.
previewed_container: ContextVar[Previewable | None] = ContextVar(
    "previewed_container", default=None
)


@contextmanager
def previewing(container: Previewable) -> Iterator[None]:
    """Context manager: within it, queries for published records also return this container."""
    token = previewed_container.set(container)
    try:
        yield
    finally:
        previewed_container.reset(token)


def visibility_filter(model: type[Citable]) -> Q:
    """Return a Q for the records of a Cited model that a page shows: published or previewed."""
    prefix = model.container_lookup_prefix()
    condition = Q(**{f"{prefix}is_published": True})
    draft = previewed_container.get()
    container_model: Any = model._meta.get_field(prefix[:-2]).related_model if prefix else model
    if isinstance(draft, container_model):
        condition |= Q(**{f"{prefix}pk": draft.pk})
    return condition


def cached_for_readers[F: Callable[..., Any]](function: F) -> F:
    """Decorator: cache results as cached_by_version() does, but bypass the cache in a preview."""
    cached = cached_by_version(function)

    @wraps(function)
    def wrapper(*arguments: Any) -> Any:
        return (cached if previewed_container.get() is None else function)(*arguments)

    return cast("F", wrapper)


def compiled_for_readers(
    query: Callable[..., QuerySet[Any, tuple[Any, ...]]],
) -> Callable[..., list[tuple[Any, ...]]]:
    """Decorator: return the rows of a query as a CompiledQuery does, but compile it in a preview.

    The query is of published records, with values for look-ups `among` as its arguments.
    """
    compiled = CompiledQuery(query)

    @wraps(query)
    def rows(*values: Iterable[str | int]) -> list[tuple[Any, ...]]:
        return compiled(*values) if previewed_container.get() is None else list(query(*values))

    return rows


def preview_address(container: Previewable) -> str:
    """Return the path and query string of a container's preview in the active language."""
    reference = f"{container._meta.label_lower}.{container.pk}"
    return f"{container.get_absolute_url()}?{PREVIEW_PARAMETER}={reference}"
