"""The schema that the portal had before its packages got their names: told apart, carried over.

Its tables stand in the application `bilingual`, accounts are Django's own. A database of it is read
and never written to. What the present schema calls otherwise is mapped here, and nowhere else.
"""

import json
from contextlib import closing, contextmanager
from functools import reduce

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import Error, connection, transaction

from history.content_version import bump
from operations.backup.errors import BackupError
from operations.backup.restoring import batch_size, count_anew, index_all, insert, lock, remove_rows
from operations.backup.tables import emptied_models, fields, kept_models, label, set_last_number
from operations.backup.tables import last_number as last_number_in

APPLICATION = "bilingual"
# The last migration of each application, as a database has to have had them.
LAST_MIGRATIONS = {
    "accounts": "0003_believe_addresses_of_accounts",
    "bilingual": "0008_proposal_comment",
    "crosscutting": "0002_publish_at",
    "dialogue": "0002_publish_at",
    "goals": "0002_publish_at",
    "library": "0003_publish_at",
    "operations": "0001_backup",
    "sdg_links": "0001_initial",
    "search": "0001_index",
}
# What a model was called, by what it is called now.
MODELS = {
    "accounts.user": "auth.user",
    "accounts.user_groups": "auth.user_groups",
    "accounts.user_user_permissions": "auth.user_user_permissions",
    "editing.openform": "bilingual.openform",
    "editing.proposal": "bilingual.proposal",
    "history.change": "bilingual.change",
    "history.contentversion": "bilingual.contentversion",
    "history.revision": "bilingual.revision",
    "search.deletionkey": "search.searchkey",
    "translations.translationstate": "bilingual.translationstate",
}
PRESENT_MODELS = {former: present for present, former in MODELS.items()}
# Permissions of the application `bilingual` that were no model's own.
PERMISSIONS = {
    "translate": "translations.translationstate",
    "publish": "editing.proposal",
    "see_status": "operations.backup",
}
STATES = {"minor": "outdated_minor", "meaning": "outdated"}
FORMER_COLUMN, PRESENT_COLUMN = "furniture", "boilerplate"
LINE = "library.line"


class FormerSchemaError(Exception):
    """Why a database cannot be carried over: a sentence for an administrator."""


def is_former(database):
    """Whether a database has the former schema."""
    return f"{APPLICATION}_revision" in database.introspection.table_names()


def check_former(database):
    """Raise FormerSchemaError where a database has not the former schema in its last state."""
    if not is_former(database):
        raise FormerSchemaError("This database does not have the former schema.")
    with closing(database.cursor()) as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    if missing := sorted(set(LAST_MIGRATIONS.items()) - applied):
        names = ", ".join(".".join(migration) for migration in missing)
        raise FormerSchemaError(
            f"This database lacks migrations of the former schema: {names}. "
            "Run manage.py migrate with the release that made it first."
        )


def carry_over(former, progress):
    """Put what a database of the former schema has in the place of what this one has.

    `former` is a connection to it. The search index is made anew, and everybody has to sign in
    again. Returns how many rows were carried over. Raises FormerSchemaError, and leaves this
    database as it was, where that cannot be done.
    """
    check_former(former)
    if ContentType._meta.db_table not in connection.introspection.table_names():
        raise FormerSchemaError("This database has no tables yet. Run manage.py migrate first.")
    models = [model for model in kept_models() if model not in (ContentType, Permission)]
    try:
        with transaction.atomic(durable=True), reading(former):
            lock(models)
            remove_rows([*models, *emptied_models()])
            keys = former_keys(former)
            rows = sum(carry_table(former, model, keys, progress) for model in models)
            connection.check_constraints()
            index_all(progress)
            bump()
            count_anew()
    except (BackupError, Error) as error:
        raise FormerSchemaError(f"Nothing was carried over: {error}".strip()) from error
    return rows


@contextmanager
def reading(former):
    """Let all that is read of a database in this block be of one moment, and nothing be written."""
    is_postgresql = former.vendor == "postgresql"
    mode = "ISOLATION LEVEL REPEATABLE READ, READ ONLY" if is_postgresql else "DEFERRED"
    with closing(former.cursor()) as cursor:
        cursor.execute(f"BEGIN {mode}")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def carry_table(former, model, keys, progress):
    """Carry the rows of one table over; return how many there were."""
    number = 0
    rows = (converted(model, row, keys) for row in former_rows(former, model))
    kept = (row for row in rows if row is not None)
    batch = []
    for row in progress(kept, desc=label(model)):
        batch.append([row[field.attname] for field in fields(model)])
        number += 1
        if len(batch) == batch_size(model):
            insert(model, batch)
            batch = []
    if batch:
        insert(model, batch)
    set_last_number(model, last_number_in(model, former, former_table(model)))
    return number


def former_table(model):
    """Return the name that the table of a model had."""
    former = MODELS.get(label(model))
    return former.replace(".", "_") if former else model._meta.db_table


def former_column(model, field):
    is_renamed = label(model) == LINE and field.column.startswith(PRESENT_COLUMN)
    return field.column.replace(PRESENT_COLUMN, FORMER_COLUMN) if is_renamed else field.column


def former_rows(former, model):
    """Yield the rows that the former table of a model has, by the names of their attributes."""
    quote = former.ops.quote_name
    names = ", ".join(quote(former_column(model, field)) for field in fields(model))
    columns = [field.get_col(model._meta.db_table) for field in fields(model)]
    converters = [
        [*former.ops.get_db_converters(column), *column.get_db_converters(former)]
        for column in columns
    ]
    with closing(former.cursor()) as cursor:
        key = quote(model._meta.pk.column)
        # nosemgrep: sql-put-together (names of the database)
        cursor.execute(f"SELECT {names} FROM {quote(former_table(model))} ORDER BY {key}")  # noqa: S608
        while rows := cursor.fetchmany(1_000):
            for row in rows:
                yield {
                    field.attname: reduce(lambda v, f, c=column: f(v, c, former), functions, value)
                    for field, column, functions, value in zip(
                        fields(model), columns, converters, row, strict=True
                    )
                }


def former_keys(former):
    """Return the present keys of kinds of content and of permissions, by their former ones."""
    kinds = {kind.natural_key(): kind.pk for kind in ContentType.objects.all()}
    permissions = {
        (permission.content_type_id, permission.codename): permission.pk
        for permission in Permission.objects.all()
    }
    found = {ContentType: {}, Permission: {}}
    names, former_names = {}, {}
    with closing(former.cursor()) as cursor:
        cursor.execute("SELECT id, app_label, model FROM django_content_type")
        for key, app, name in cursor.fetchall():
            names[key], former_names[key] = present_name(f"{app}.{name}"), name
            found[ContentType][key] = kinds.get(tuple(names[key].split(".")))
        cursor.execute("SELECT id, content_type_id, codename FROM auth_permission")
        for key, kind, codename in cursor.fetchall():
            app, name = PERMISSIONS.get(codename, names[kind]).split(".")
            own = codename.replace(f"_{former_names[kind]}", f"_{name}")  # view_searchkey
            found[Permission][key] = permissions.get((kinds.get((app, name)), own))
    return found


def present_name(former):
    return PRESENT_MODELS.get(former, former)


def converted(model, row, keys):
    """Return a row of a former table as the present one has it, None where it says nothing now."""
    for field in fields(model):
        if field.is_relation and field.related_model in keys and row[field.attname] is not None:
            row[field.attname] = keys[field.related_model].get(row[field.attname])
            if row[field.attname] is None and not field.null:
                return None  # a permission of a model that is gone
    name = label(model)
    if name == "translations.translationstate":
        row["state"] = STATES.get(row["state"], row["state"])
        if row["model"] == LINE:
            row["field"] = row["field"].replace(FORMER_COLUMN, PRESENT_COLUMN)
    if name == "history.change":
        row["model"] = present_name(row["model"])
        if row["model"] == LINE:
            row["state"] = json.loads(
                json.dumps(row["state"], ensure_ascii=False).replace(
                    f'"{FORMER_COLUMN}', f'"{PRESENT_COLUMN}'
                )
            )
    return row
