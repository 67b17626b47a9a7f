"""A copy of the test database, and a way to use another database for some time."""

from contextlib import contextmanager
from secrets import token_hex

from django.contrib.contenttypes.models import ContentType
from django.db import connection


@contextmanager
def using_database(name, raw=None):
    """Let the default connection use another database within the block.

    `raw` is an open connection of the database driver; without it, a new one is opened.
    """
    settings = connection.settings_dict
    former = settings["NAME"], connection.connection
    if connection.vendor == "postgresql":
        connection.close()
        former = settings["NAME"], None
    settings["NAME"], connection.connection = name, raw
    ContentType.objects.clear_cache()  # the other database numbers its models otherwise
    try:
        yield
    finally:
        ContentType.objects.clear_cache()
        if connection.vendor == "postgresql":
            connection.close()
        settings["NAME"], connection.connection = former


@contextmanager
def copied_database():
    """Copy the test database, which no other connection may use meanwhile.

    Yields the arguments of using_database().
    """
    copy = _copy_on_postgresql if connection.vendor == "postgresql" else _copy_on_sqlite
    with copy(connection.settings_dict["NAME"]) as database:
        yield database


@contextmanager
def _copy_on_sqlite(name):
    connection.ensure_connection()
    copy = name.replace("file:", "file:copy_of_")
    raw = connection.get_new_connection(connection.get_connection_params() | {"database": copy})
    connection.connection.backup(raw)
    yield copy, raw
    raw.close()


@contextmanager
def _copy_on_postgresql(name):
    copied_name = f"{name}_copy_{token_hex(4)}"  # a test may copy beside the one of the session
    quoted, copy = map(connection.ops.quote_name, (name, copied_name))
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {copy} TEMPLATE {quoted}")
    yield copied_name, None
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {copy}")
