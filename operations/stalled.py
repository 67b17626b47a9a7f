"""Cuts off connections to a PostgreSQL that accepts queries and does not answer them.

Such a server (stopped, swapping, or behind a network that swallows packets) would keep each request
waiting for ever: libpq has a timeout for connecting, and none for answers. The checks of the
version watcher ask each database every half second; where one of them is not answered in time, all
connections of the process to that database are shut down, so that the requests that wait for it
get an OperationalError, and go on with another database or end with status 503.
"""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from operations.replicas import PRIMARY

logger = logging.getLogger(__name__)

MAX_REPLICA_SECONDS = 5  # another database answers the requests that wait
MAX_PRIMARY_SECONDS = 10  # saves wait for it, and nothing can answer in its place

# The psycopg2 connections of this process, by the alias of their database.
open_connections: dict[str, WeakSet[Any]] = {}
lock = threading.Lock()


def remember(connection: BaseDatabaseWrapper, **options: Any) -> None:
    """Remember a new connection to PostgreSQL (a receiver of connection_created)."""
    if connection.vendor == "postgresql":
        with lock:
            open_connections.setdefault(connection.alias, WeakSet()).add(connection.connection)


@contextmanager
def cutting_off(alias: str) -> Iterator[None]:
    """Shut down all connections to a database where the block takes too long."""
    if connections[alias].vendor != "postgresql":
        yield
        return
    seconds = MAX_PRIMARY_SECONDS if alias == PRIMARY else MAX_REPLICA_SECONDS
    timer = threading.Timer(seconds, cut_off, [alias])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def cut_off(alias: str) -> None:
    """Shut down the sockets of all connections of this process to a database."""
    logger.warning("%s does not answer its queries; its connections are shut down", alias)
    with lock:
        stalled = list(open_connections.get(alias, ()))
    for connection in stalled:
        with (
            suppress(OSError, connection.InterfaceError),  # it may be closed meanwhile
            socket.socket(fileno=os.dup(connection.fileno())) as duplicate,
        ):
            if not connection.closed:  # otherwise its number may be another file's by now
                duplicate.shutdown(socket.SHUT_RDWR)
