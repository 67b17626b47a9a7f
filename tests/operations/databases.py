"""Separate databases for tests that commit, or that use SQLite and PostgreSQL together.

The connection of the test and its transaction are not used in the meantime.
"""

import os
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.core.management import call_command
from django.db import connection, connections
from django.db.utils import load_backend

from tests.databases import copied_database


@contextmanager
def connected_to(address):
    """Let the default connection be to another database; `address` is as in DATABASE_URL."""
    former = connections["default"]
    configuration = former.settings_dict | {"NAME": urlsplit(address).path.removeprefix("/")}
    if address.startswith("sqlite"):
        configuration |= {
            "ENGINE": "django.db.backends.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode = WAL",
            },
        }
    backend = load_backend(configuration["ENGINE"])
    connections["default"] = backend.DatabaseWrapper(configuration, "default")
    try:
        yield
    finally:
        connection.close()
        connections["default"] = former


def sqlite_file(path):
    return f"sqlite:///{path}"


def migrated_database(path):
    """Make an SQLite file with all migrations and no content; return its address."""
    address = sqlite_file(path)
    with connected_to(address):
        call_command("migrate", verbosity=0)
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return address


@contextmanager
def database_copy(path):
    """Copy the current database, on SQLite to a file at `path`; yield the address of the copy."""
    if connection.vendor == "postgresql":
        with copied_database() as (name, _raw):
            parts = urlsplit(os.environ["DATABASE_URL"])
            yield urlunsplit(parts._replace(path=f"/{name}"))
        return
    connection.ensure_connection()
    original = connection.connection
    with connected_to(sqlite_file(path)):
        connection.ensure_connection()
        original.backup(connection.connection)
    yield sqlite_file(path)
