"""Database connections that belong to the slots of requests, not to the threads of the server.

Django keeps the connections of each thread. The server has many threads and lets few of them into
Django at once (operations/concurrency.py), so each would keep a connection that it hardly uses.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper


class ConnectionPool:
    """Lends connections to threads; it has as many as were in use at the same time.

    They wait for a lock for `lock_seconds` at most, by default as long as settings.DATABASES says.
    """

    def __init__(self, lock_seconds: float | None = None) -> None:
        self.lock_seconds = lock_seconds
        self.free: deque[list[BaseDatabaseWrapper]] = deque()

    @contextmanager
    def lend(self) -> Iterator[None]:
        """Let this thread use free connections, or new ones, within the block."""
        try:
            lent = self.free.pop()
        except IndexError:
            lent = []
        for connection in lent or self.new_connections():
            connections[connection.alias] = connection
            connection.close_if_unusable_or_obsolete()
        try:
            yield
        finally:
            self.free.append(list(take_back()))

    def new_connections(self) -> list[BaseDatabaseWrapper]:
        """Return connections that are not open yet, one for each database."""
        created = [connections.create_connection(alias) for alias in connections]
        if self.lock_seconds is not None:
            for connection in created:
                limit_lock_waiting(connection, self.lock_seconds)
        return created


def limit_lock_waiting(connection: BaseDatabaseWrapper, seconds: float) -> None:
    """Let a connection that is not open yet wait for a lock no longer than this."""
    options = dict(connection.settings_dict["OPTIONS"])
    if connection.vendor == "postgresql":
        own = options.get("options", "")
        options["options"] = f"{own} -c lock_timeout={int(seconds * 1000)}".strip()
    else:
        options["timeout"] = seconds
    connection.settings_dict = connection.settings_dict | {"OPTIONS": options}


def take_back() -> Iterator[BaseDatabaseWrapper]:
    """Yield the connections of this thread, which has none afterwards."""
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()
        if not connection.allow_thread_sharing:
            connection.inc_thread_sharing()
        del connections[connection.alias]
        yield connection
