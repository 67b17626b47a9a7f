"""A lock between all processes that use one database, on whichever machine they run."""

import fcntl
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from zlib import crc32

from django.db.backends.base.base import BaseDatabaseWrapper


def advisory_lock(connection: BaseDatabaseWrapper, name: str) -> AbstractContextManager[None]:
    """Return a context manager that holds the lock of this name; it waits for other holders.

    On PostgreSQL it is an advisory lock of the session, on SQLite a lock of the file `NAME.lock`
    beside the database. Both end with the process that holds them.
    """
    if connection.vendor == "postgresql":
        return database_lock(connection, crc32(name.encode()))
    if connection.is_in_memory_db():  # type: ignore[attr-defined]  # a method of SQLite's
        return nullcontext()  # no other process has this database
    file = Path(connection.settings_dict["NAME"])
    return file_lock(file.with_name(f"{name}.lock"))


@contextmanager
def database_lock(connection: BaseDatabaseWrapper, number: int) -> Iterator[None]:
    # A connection of its own, since the code in the block may close the given one.
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        yield
    finally:
        holder.close()


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
