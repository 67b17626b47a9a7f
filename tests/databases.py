"""A second database beside the empty one of the tests, which the connection can be turned to."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def turned_to(name, raw=None):
    """Let the connection be to another database, over a raw connection where one is open."""
    settings = connection.settings_dict
    before = settings["NAME"], connection.connection
    if connection.vendor == "postgresql":
        connection.close()
        before = settings["NAME"], None
    settings["NAME"], connection.connection = name, raw
    try:
        yield
    finally:
        if connection.vendor == "postgresql":
            connection.close()
        settings["NAME"], connection.connection = before


@contextmanager
def copied():
    """Copy the database while nobody else uses it; yields what turned_to() wants."""
    copy = _copied_on_postgresql if connection.vendor == "postgresql" else _copied_on_sqlite
    with copy(connection.settings_dict["NAME"]) as database:
        yield database


@contextmanager
def _copied_on_sqlite(name):
    connection.ensure_connection()
    copy = name.replace("file:", "file:copy_of_")
    raw = connection.get_new_connection(connection.get_connection_params() | {"database": copy})
    connection.connection.backup(raw)
    yield copy, raw
    raw.close()


@contextmanager
def _copied_on_postgresql(name):
    quoted, copy = (connection.ops.quote_name(each) for each in (name, f"{name}_copy"))
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {copy}")
        cursor.execute(f"CREATE DATABASE {copy} TEMPLATE {quoted}")
    yield f"{name}_copy", None
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {copy}")
