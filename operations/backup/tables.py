"""The tables that are backed up, and their rows in a form that is the same on both databases.

A row is the list of the values of its columns: both languages of a text and the unsuffixed column
too. Rows are read and written without the managers and instances of the models, since
django-modeltranslation changes the values there.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from graphlib import TopologicalSorter
from hashlib import sha256
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

type TableRow = list[Any]  # the values of the columns, in the order of fields()

BATCH_SIZE = 500  # rows
# Models of libraries that are not backed up; their rows expire within hours.
SESSIONS: set[type[models.Model]] = {Session, UserSession}


def all_models() -> list[type[models.Model]]:
    """Return the models of all tables, each after the models that its foreign keys refer to."""
    sorted_models = sorted(
        (model for model in apps.get_models(include_auto_created=True) if has_table(model)),
        key=lambda model: model._meta.label_lower,
    )
    graph = {model: referenced_models(model) for model in sorted_models}
    return list(TopologicalSorter(graph).static_order())


def has_table(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def referenced_models(model: type[models.Model]) -> list[type[models.Model]]:
    """Return the other models that the foreign keys of a model refer to, sorted by their labels."""
    related = {field.related_model for field in fields(model) if field.related_model}
    return sorted(related - {model}, key=lambda other: other._meta.label_lower)


def fields(model: type[models.Model]) -> "Sequence[models.Field[Any, Any]]":
    """Return the fields of a model that have a column, in the order of a row."""
    return model._meta.concrete_fields


def backed_up_models() -> list[type[models.Model]]:
    """Return the models that are backed up, in the order of all_models().

    A model with `is_backed_up = False` is left out, and so are SESSIONS.
    """
    return [
        model
        for model in all_models()
        if getattr(model, "is_backed_up", True) and model not in SESSIONS
    ]


def emptied_models() -> list[type[models.Model]]:
    """Return the models whose rows have to be deleted before other rows are restored.

    They are not backed up and refer to rows that are replaced. SESSIONS are among them: after
    restoring, the primary key of an account may be that of another person.
    """
    backed_up = set(backed_up_models())
    return [
        model
        for model in all_models()
        if model in SESSIONS
        or (model not in backed_up and backed_up.intersection(referenced_models(model)))
    ]


def label(model: type[models.Model]) -> str:
    """Return the name of a model in a back-up, such as "goals.goal"."""
    return model._meta.label_lower


def columns(model: type[models.Model]) -> list[str]:
    """Return the names of the columns of a model, in the order of a row."""
    return [str(field.column) for field in fields(model)]


def row_count(model: type[models.Model]) -> int:
    return models.QuerySet(model).count()


def read_rows(model: type[models.Model]) -> Iterator[TableRow]:
    """Yield the rows of a model, ordered by primary key."""
    names = [field.attname for field in fields(model)]
    queryset: models.QuerySet[models.Model, tuple[Any, ...]]
    queryset = models.QuerySet(model).order_by("pk").values_list(*names)
    yield from map(list, queryset.iterator(chunk_size=BATCH_SIZE))


def encode_line(value: TableRow | Mapping[str, Any]) -> bytes:
    """Return a row or an object of a back-up as a line of JSON: bytes that end with a line feed.

    Equal values give equal bytes. Keys are sorted, since PostgreSQL does not keep their order in
    JSON columns. Raises TypeError where JSON has no form for a value.
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=encode_value
    )
    return text.encode() + b"\n"


def encode_value(value: Any) -> str:
    """Return a value that JSON does not have as a string.

    Times are in UTC, in ISO 8601, bytes in Base64.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return b64encode(value).decode()
    raise TypeError(f"A back-up has no form for {value!r}.")


def decode_row(model: type[models.Model], row: TableRow) -> TableRow:
    """Return the Python values of a row as it was read from JSON.

    Raises ValueError or ValidationError where the values do not fit the columns of the model.
    """
    return [field.to_python(value) for field, value in zip(fields(model), row, strict=True)]


def table_checksum(
    model: type[models.Model], progress: Callable[[Iterator[TableRow]], Iterable[TableRow]] = iter
) -> tuple[int, str]:
    """Return the number of rows of a model in the database, and their SHA-256 in hexadecimal.

    `progress` wraps the iterator of the rows, to show how far it is.
    """
    checksum, count = sha256(), 0
    for row in progress(read_rows(model)):
        checksum.update(encode_line(row))
        count += 1
    return count, checksum.hexdigest()


def last_key(
    model: type[models.Model], database: BaseDatabaseWrapper = connection, table: str = ""
) -> int:
    """Return the last primary key that the database has generated for a model, 0 for none.

    It may be the key of a row that was deleted, which the history still refers to. `table` is the
    name of the table where it is not that of the model.
    """
    if not isinstance(model._meta.pk, models.AutoField):
        return 0
    table, key = table or model._meta.db_table, str(model._meta.pk.column)
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            # nosemgrep: sql-put-together (names of the database)
            cursor.execute(f"SELECT last_value, is_called FROM {sequence_name(cursor, table, key)}")  # noqa: S608
            last, is_called = cursor.fetchone()
            return int(last) if is_called else int(last) - 1
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        (last,) = cursor.fetchone() or [0]
        return int(last)


def set_last_key(model: type[models.Model], last: int) -> None:
    """Let the database generate the keys of new rows from `last` + 1 on, or after the highest key.

    setval() of PostgreSQL is not used, since a rollback does not undo it.
    """
    if not isinstance(model._meta.pk, models.AutoField):
        return
    table, key = model._meta.db_table, str(model._meta.pk.column)
    highest = models.QuerySet(model).aggregate(highest=models.Max("pk"))["highest"] or 0
    last = max(last, highest)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            name = sequence_name(cursor, table, key)
            # nosemgrep: sql-put-together (names of the database and a number)
            cursor.execute(f"ALTER SEQUENCE {name} RESTART WITH {int(last) + 1}")
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, last])


def sequence_name(cursor: CursorWrapper, table: str, key: str) -> str:
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', key])
    (name,) = cursor.fetchone()
    return str(name)
