"""A lock that the processes of all machines respect which have a database in common."""

import fcntl
from contextlib import contextmanager, nullcontext
from pathlib import Path
from zlib import crc32


def advisory_lock(connection, name):
    """Return a context in which no other process does what is called by this name.

    On PostgreSQL it is a lock of the database, on SQLite of a file beside it; either goes with the
    process that holds it.
    """
    if connection.vendor == "postgresql":
        return locked_in_database(connection, crc32(name.encode()))
    if connection.is_in_memory_db():
        return nullcontext()  # which no other process has
    file = Path(connection.settings_dict["NAME"])
    return locked_file(file.with_name(f"{name}.lock"))


@contextmanager
def locked_in_database(connection, number):
    # A connection of its own, since what is done may close the other one.
    holder = connection.copy()
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        yield
    finally:
        holder.close()


@contextmanager
def locked_file(path):
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
