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
    """Lends connections to threads; it has as many as were in use at the same time."""

    def __init__(self) -> None:
        self.free: deque[list[BaseDatabaseWrapper]] = deque()

    @contextmanager
    def lend(self) -> Iterator[None]:
        """Let this thread use free connections, or new ones, within the block."""
        try:
            lent = self.free.pop()
        except IndexError:
            lent = []
        for connection in lent:
            connections[connection.alias] = connection
            connection.close_if_unusable_or_obsolete()
        try:
            yield
        finally:
            self.free.append(list(take_back()))


def take_back() -> Iterator[BaseDatabaseWrapper]:
    """Yield the connections of this thread, which has none afterwards."""
    for connection in connections.all(initialized_only=True):
        connection.close_if_unusable_or_obsolete()
        if not connection.allow_thread_sharing:
            connection.inc_thread_sharing()
        del connections[connection.alias]
        yield connection
