"""The version of the content: a token that every change of content replaces, in its transaction.

Values that a process has computed from the content are valid while the token is the same.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, cast
from uuid import uuid4

from django.db import connection, models
from django.utils import timezone

from history.models import ContentVersion
from languages.compiled_query import CompiledQuery

# Inside version_read_once(), a list with the token once it was read; None outside.
token_cache: ContextVar[list[str] | None] = ContextVar("token_cache", default=None)


def bump_version() -> None:
    """Give the content a new version; call it in the transaction that changes the content."""
    now = {"token": uuid4().hex, "changed_at": timezone.now()}
    if not ContentVersion.objects.filter(pk=1).update(**now):
        ContentVersion.objects.update_or_create(pk=1, defaults=now)
    cached = token_cache.get()
    if cached is not None:
        cached.clear()


def lock_version() -> str:
    """Let others who change the content wait here until the end of this transaction.

    They would at the latest in bump_version(). On SQLite, they wait for the transaction anyway.
    Returns the token that is committed then, "" where there is none.
    """
    row = ContentVersion.objects.select_for_update().filter(pk=1).first()
    return row.token if row else ""


def version_at_start() -> str | None:
    """Return the token at the start of a transaction; None where others cannot change it then."""
    if connection.vendor == "sqlite":
        return None
    return read_version()


def read_version() -> str:
    """Return the token of the database, "" where its content was never changed."""
    return next((token for (token,) in stored_token()), "")


@CompiledQuery
def stored_token() -> models.QuerySet[ContentVersion, tuple[str]]:
    """Return the only row, of the token alone."""
    return ContentVersion.objects.filter(pk=1).values_list("token")


def current_version() -> str:
    """Return the token of the content, "" in a database whose content was never changed."""
    cached = token_cache.get()
    if cached:
        return cached[0]
    token = read_version()
    if cached is not None:
        cached.append(token)
    return token


@contextmanager
def version_read_once() -> Iterator[None]:
    """Query the version at most once in this block, and again after a change in the block."""
    reset_token = token_cache.set([])
    try:
        yield
    finally:
        token_cache.reset(reset_token)


def cached_by_version[F: Callable[..., Any]](function: F) -> F:
    """Cache the results of a function, by its positional arguments, for one content version.

    All requests of a process share the results: callers must not change them.
    """
    results: dict[tuple[Any, ...], tuple[str, Any]] = {}

    @wraps(function)
    def cached(*arguments: Any) -> Any:
        token = current_version()
        entry = results.get(arguments)
        if entry is None or entry[0] != token:
            entry = results[arguments] = (token, function(*arguments))
        return entry[1]

    return cast("F", cached)
