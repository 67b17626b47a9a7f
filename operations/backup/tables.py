"""The tables that are backed up, and their rows in a form that is the same on every database.

A row is the list of its columns, both languages of a text and the unsuffixed column as they are.
Managers and instances of models are passed by, since django-modeltranslation rewrites what they
read and write.
"""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from graphlib import TopologicalSorter
from hashlib import sha256
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection, models

BATCH_SIZE = 500
# Models of others that are not backed up; what they hold lasts for hours.
SESSIONS = {Session, UserSession}


def all_models():
    """Return the models of all tables, each after those that it points to."""
    found = sorted(
        (model for model in apps.get_models(include_auto_created=True) if has_table(model)),
        key=lambda model: model._meta.label_lower,
    )
    return list(TopologicalSorter({model: pointed_to(model) for model in found}).static_order())


def has_table(model):
    return model._meta.managed and not model._meta.proxy


def pointed_to(model):
    related = {field.related_model for field in fields(model) if field.is_relation}
    return sorted(related - {model}, key=lambda other: other._meta.label_lower)


def fields(model):
    return model._meta.concrete_fields


def kept_models():
    """Return the models that are backed up: all but those that say otherwise, and sessions."""
    return [
        model
        for model in all_models()
        if getattr(model, "is_backed_up", True) and model not in SESSIONS
    ]


def emptied_models():
    """Return the models whose rows make no sense beside restored ones.

    Sessions are among them, since the number of an account may be that of another person.
    """
    kept = set(kept_models())
    return [
        model
        for model in all_models()
        if model in SESSIONS or (model not in kept and kept.intersection(pointed_to(model)))
    ]


def label(model):
    return model._meta.label_lower


def columns(model):
    return [field.column for field in fields(model)]


def count(model):
    return models.QuerySet(model).count()


def rows(model):
    """Yield the rows of a model in the order of their keys, each as a list."""
    names = [field.attname for field in fields(model)]
    stored = models.QuerySet(model).order_by("pk").values_list(*names)
    yield from map(list, stored.iterator(chunk_size=BATCH_SIZE))


def encoded(value):
    """Return a row, or what else is in a back-up, as a line of bytes.

    The same value gives the same bytes, since PostgreSQL keeps no order of the keys of JSON.
    """
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=as_text
    )
    return text.encode() + b"\n"


def as_text(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    raise TypeError(f"A back-up has no form for {value!r}.")


def decoded(model, row):
    """Return what stands in the columns of a row that JSON gave back.

    Raises ValueError or ValidationError where it cannot stand there.
    """
    return [field.to_python(value) for field, value in zip(fields(model), row, strict=True)]


def digest(model, progress=iter):
    """Return the number of a model's rows in the database and their SHA-256."""
    found, number = sha256(), 0
    for row in progress(rows(model)):
        found.update(encoded(row))
        number += 1
    return number, found.hexdigest()


def last_number(model, database=connection, table=""):
    """Return the last number that a database has given to a row of a model, 0 for none.

    It may be that of a row that is gone, whose number the history goes on using. The rows stand in
    another `table` where the model has been renamed since.
    """
    if not isinstance(model._meta.pk, models.AutoField):
        return 0
    table, key = table or model._meta.db_table, model._meta.pk.column
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            # nosemgrep: sql-put-together (names of the database)
            cursor.execute(f"SELECT last_value, is_called FROM {sequence(cursor, table, key)}")  # noqa: S608
            last, is_called = cursor.fetchone()
            return last if is_called else last - 1
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        return (cursor.fetchone() or [0])[0]


def set_last_number(model, number):
    """Let the database number new rows of a model from the next number on.

    PostgreSQL's setval() would stay when the transaction is rolled back, so it is not used.
    """
    if not isinstance(model._meta.pk, models.AutoField):
        return
    table, key = model._meta.db_table, model._meta.pk.column
    highest = models.QuerySet(model).aggregate(highest=models.Max("pk"))["highest"] or 0
    number = max(number, highest)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            name = sequence(cursor, table, key)
            # nosemgrep: sql-put-together (names of the database and a number)
            cursor.execute(f"ALTER SEQUENCE {name} RESTART WITH {int(number) + 1}")
        else:
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, number])


def sequence(cursor, table, key):
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', key])
    return cursor.fetchone()[0]
