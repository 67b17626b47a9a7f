"""Databases of their own, for tests that commit, or that look at both kinds of database.

The connection of the tests, and the transaction that they are in, are left aside meanwhile.
"""

import os
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.core.management import call_command
from django.db import connection, connections
from django.db.utils import load_backend

from tests.databases import copied


@contextmanager
def connected_to(address):
    """Let the connection be to a database, which is given as in DATABASE_URL."""
    before = connections["default"]
    configuration = before.settings_dict | {"NAME": urlsplit(address).path.removeprefix("/")}
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
        connections["default"] = before


def sqlite_file(path):
    return f"sqlite:///{path}"


def migrated(path):
    """Make a file of SQLite with all tables, and only what migrations write in them."""
    address = sqlite_file(path)
    with connected_to(address):
        call_command("migrate", verbosity=0)
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return address


@contextmanager
def database_of_its_own(path):
    """Copy the database to another one, on SQLite to a file; yields its address."""
    if connection.vendor == "postgresql":
        with copied() as (name, _raw):
            parts = urlsplit(os.environ["DATABASE_URL"])
            yield urlunsplit(parts._replace(path=f"/{name}"))
        return
    connection.ensure_connection()
    source = connection.connection
    with connected_to(sqlite_file(path)):
        connection.ensure_connection()
        source.backup(connection.connection)
    yield sqlite_file(path)
