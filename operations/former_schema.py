"""Carries data over from the former schema: that of the portal before its packages were renamed.

In the former schema, the application `bilingual` has the tables of several packages of today, and
accounts are those of Django. A database with it is only read. All names that differ between the two
schemas are mapped here.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import Error, connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col

from editing.roles import install_roles
from history.content_version import bump_version
from library.models import OfficialVersion
from library.registry import register_existing
from operations.backup.errors import BackupError
from operations.backup.progress import ProgressBarFactory
from operations.backup.restoring import (
    analyze_tables,
    batch_size,
    insert_rows,
    lock_tables,
    rebuild_indexes,
    remove_rows,
)
from operations.backup.tables import (
    TableRow,
    backed_up_models,
    emptied_models,
    fields,
    label,
    last_key,
    set_last_key,
)

type FormerRow = dict[str, Any]  # from the attributes of the fields to the values
# Content type or permission → its former key → its present key, None where it exists no more.
type PresentKeys = Mapping[type[models.Model], Mapping[int, int | None]]

APPLICATION = "bilingual"
# The last migration of each application that has to be applied to the former database.
LAST_MIGRATIONS: dict[str, str] = {
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
# The present name of each renamed model → its former name.
FORMER_MODELS: dict[str, str] = {
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
PRESENT_MODELS: dict[str, str] = {former: present for present, former in FORMER_MODELS.items()}
# Permissions of `bilingual` beside those that Django makes for each model → their present model.
PERMISSIONS: dict[str, str] = {
    "translate": "translations.translationstate",
    "publish": "editing.proposal",
    "see_status": "operations.backup",
}
PRESENT_STATES: dict[str, str] = {"minor": "outdated_minor", "meaning": "outdated"}
FORMER_COLUMN, PRESENT_COLUMN = "furniture", "boilerplate"
LINE = "library.line"


class FormerSchemaError(Exception):
    """A database cannot be carried over; the message tells the administrator why."""


def is_former(database: BaseDatabaseWrapper) -> bool:
    """Whether a database has the former schema."""
    return f"{APPLICATION}_revision" in database.introspection.table_names()


def check_former(database: BaseDatabaseWrapper) -> None:
    """Raise FormerSchemaError where a database does not have all LAST_MIGRATIONS."""
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


def carry_over(former: BaseDatabaseWrapper, progress: ProgressBarFactory) -> int:
    """Replace all rows of this database by those of a database of the former schema.

    `former` is a connection to it. The search index is written anew, and everybody has to sign in
    again. Returns the number of rows that were carried over. Raises FormerSchemaError, and leaves
    this database unchanged, where the former one cannot be carried over.
    """
    check_former(former)
    if ContentType._meta.db_table not in connection.introspection.table_names():
        raise FormerSchemaError("This database has no tables yet. Run manage.py migrate first.")
    models = [model for model in backed_up_models() if model not in (ContentType, Permission)]
    try:
        with transaction.atomic(durable=True), read_snapshot(former):
            lock_tables(models)
            remove_rows([*models, *emptied_models()])
            present_keys = map_keys(former)
            tables = former.introspection.table_names()
            count = sum(
                carry_table(former, model, present_keys, progress)
                for model in models
                if former_table(model) in tables  # the others are newer
            )
            count += carry_counterparts(former)
            connection.check_constraints()
            register_existing()
            # What the former schema had no permission for, each role gets now.
            install_roles({key for key in present_keys[Permission].values() if key})
            rebuild_indexes(progress)
            bump_version()
            analyze_tables()
    except (BackupError, Error) as error:
        raise FormerSchemaError(f"Nothing was carried over: {error}".strip()) from error
    return count


@contextmanager
def read_snapshot(former: BaseDatabaseWrapper) -> Iterator[None]:
    """Let all reads in this block see the former database at one moment; nothing is committed."""
    is_postgresql = former.vendor == "postgresql"
    mode = "ISOLATION LEVEL REPEATABLE READ, READ ONLY" if is_postgresql else "DEFERRED"
    with closing(former.cursor()) as cursor:
        cursor.execute(f"BEGIN {mode}")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def carry_table(
    former: BaseDatabaseWrapper,
    model: type[models.Model],
    present_keys: PresentKeys,
    progress: ProgressBarFactory,
) -> int:
    """Carry the rows of one table over; return their number."""
    count = 0
    converted = (convert_row(model, row, present_keys) for row in former_rows(former, model))
    rows = (row for row in converted if row is not None)
    batch: list[TableRow] = []
    for row in progress(rows, desc=label(model)):
        batch.append([row[field.attname] for field in fields(model)])
        count += 1
        if len(batch) == batch_size(model):
            insert_rows(model, batch)
            batch = []
    if batch:
        insert_rows(model, batch)
    set_last_key(model, last_key(model, former, former_table(model)))
    return count


def former_table(model: type[models.Model]) -> str:
    """Return the name of the table of a model in the former schema."""
    former = FORMER_MODELS.get(label(model))
    return former.replace(".", "_") if former else model._meta.db_table


def former_column(model: type[models.Model], field: "models.Field[Any, Any]") -> str:
    """Return the name of the column of a field in the former schema."""
    column = str(field.column)
    is_renamed = label(model) == LINE and column.startswith(PRESENT_COLUMN)
    return column.replace(PRESENT_COLUMN, FORMER_COLUMN) if is_renamed else column


def former_rows(former: BaseDatabaseWrapper, model: type[models.Model]) -> Iterator[FormerRow]:
    """Yield the rows of the former table of a model; fields that it lacks have their default."""
    quote, table = former.ops.quote_name, former_table(model)
    with closing(former.cursor()) as cursor:
        known = {
            column.name for column in former.introspection.get_table_description(cursor, table)
        }
        stored = [field for field in fields(model) if former_column(model, field) in known]
        lacking = {field.attname: field.get_default() for field in {*fields(model)} - {*stored}}
        columns = [field.get_col(model._meta.db_table) for field in stored]
        converters = [
            [*former.ops.get_db_converters(column), *column.get_db_converters(former)]
            for column in columns
        ]
        names = ", ".join(quote(former_column(model, field)) for field in stored)
        key = quote(str(model._meta.pk.column))
        # nosemgrep: sql-put-together (names of the database)
        cursor.execute(f"SELECT {names} FROM {quote(table)} ORDER BY {key}")  # noqa: S608
        while rows := cursor.fetchmany(1_000):
            for row in rows:
                yield lacking | {
                    field.attname: convert_value(value, functions, column, former)
                    for field, column, functions, value in zip(
                        stored, columns, converters, row, strict=True
                    )
                }


def carry_counterparts(former: BaseDatabaseWrapper) -> int:
    """Make an official version of each page of an English counterpart; return their number."""
    with closing(former.cursor()) as cursor:
        cursor.execute("SELECT id, counterpart_url FROM library_document")
        versions = [
            OfficialVersion(document_id=document, language="en", url=url)
            for document, url in cursor.fetchall()
            if url
        ]
    OfficialVersion._base_manager.bulk_create(versions)
    return len(versions)


def convert_value(
    value: Any,
    functions: Iterable[Callable[..., Any]],
    column: Col,
    former: BaseDatabaseWrapper,
) -> Any:
    """Return a value of a database as its field has it, by the converters of Django."""
    for function in functions:
        value = function(value, column, former)
    return value


def map_keys(former: BaseDatabaseWrapper) -> PresentKeys:
    """Return the present keys of all former content types and permissions."""
    content_types: dict[tuple[str, ...], int] = {
        content_type.natural_key(): content_type.pk for content_type in ContentType.objects.all()
    }
    permissions: dict[tuple[int | None, str], int] = {
        (permission.content_type_id, permission.codename): permission.pk
        for permission in Permission.objects.all()
    }
    present_keys: dict[type[models.Model], dict[int, int | None]]
    present_keys = {ContentType: {}, Permission: {}}
    names: dict[int, str] = {}  # key of the content type → its present label
    former_names: dict[int, str] = {}  # key of the content type → the former name of its model
    with closing(former.cursor()) as cursor:
        cursor.execute("SELECT id, app_label, model FROM django_content_type")
        for key, app, name in cursor.fetchall():
            names[key], former_names[key] = present_label(f"{app}.{name}"), name
            present_keys[ContentType][key] = content_types.get(tuple(names[key].split(".")))
        cursor.execute("SELECT id, content_type_id, codename FROM auth_permission")
        for key, content_type, codename in cursor.fetchall():
            app, name = PERMISSIONS.get(codename, names[content_type]).split(".")
            # The codenames of Django end with the name of the model: view_searchkey.
            present = codename.replace(f"_{former_names[content_type]}", f"_{name}")
            content_type_key = content_types.get((app, name))
            present_keys[Permission][key] = permissions.get((content_type_key, present))
    return present_keys


def present_label(former: str) -> str:
    return PRESENT_MODELS.get(former, former)


def convert_row(
    model: type[models.Model], row: FormerRow, present_keys: PresentKeys
) -> FormerRow | None:
    """Return a row of a former table with the names and keys of the present schema.

    `row` is changed. Returns None where it refers to a content type or permission that exists no
    more.
    """
    for field in fields(model):
        keys = present_keys.get(field.related_model) if field.related_model else None
        if keys is not None and row[field.attname] is not None:
            row[field.attname] = keys.get(row[field.attname])
            if row[field.attname] is None and not field.null:
                return None
    name = label(model)
    if name == "translations.translationstate":
        row["state"] = PRESENT_STATES.get(row["state"], row["state"])
        if row["model"] == LINE:
            row["field"] = row["field"].replace(FORMER_COLUMN, PRESENT_COLUMN)
    if name == "history.change":
        row["model"] = present_label(row["model"])
        if row["model"] == LINE:
            row["state"] = json.loads(
                json.dumps(row["state"], ensure_ascii=False).replace(
                    f'"{FORMER_COLUMN}', f'"{PRESENT_COLUMN}'
                )
            )
    return row
