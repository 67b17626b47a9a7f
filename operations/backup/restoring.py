"""Replaces everything in the database by what is in a back-up: in one transaction or not at all."""

from functools import partial
from itertools import batched, chain, groupby
from operator import itemgetter

from django.contrib.contenttypes.models import ContentType
from django.db import Error, connection, transaction

from history.content_version import bump
from operations.backup.archive import opened
from operations.backup.errors import BackupError
from operations.backup.tables import (
    BATCH_SIZE,
    all_models,
    columns,
    decoded,
    digest,
    emptied_models,
    fields,
    kept_models,
    label,
    set_last_number,
)
from search.entries import indexes
from search.indexing import index, stored_texts
from search.models import SearchEntry
from search.vocabulary import refresh

LOCK_TIMEOUT = "20s"


def restore(path, keys, manifest, progress, at_end=lambda: None):
    """Put the rows of a verified back-up in the place of those of the database.

    Readers see what was there before until all is done. Neither signals nor histories notice.
    `at_end` is called before the transaction is committed.

    Raises BackupError, and leaves the database as it was, where the rows do not come out as they
    are in the back-up.
    """
    models = kept_models()
    try:
        with transaction.atomic(durable=True):
            lock(models)
            remove_rows([*models, *emptied_models()])
            load(path, keys, models, manifest, progress)
            connection.check_constraints()
            for model in models:
                set_last_number(model, manifest.end["tables"][label(model)]["last"])
            compare(models, manifest, progress)
            index_all(progress)
            bump()
            count_anew()
            at_end()
    except Error as error:
        raise BackupError(
            f"The database is as before, since it refused: {error}".strip()
        ) from error
    finally:
        ContentType.objects.clear_cache()


def remove_rows(models):
    """Empty the tables of models, those first that point to others."""
    for model in reversed(models):
        execute(f"DELETE FROM {quoted(model._meta.db_table)}")  # noqa: S608


def count_anew():
    """Let PostgreSQL, which plans by statistics, have those of the restored tables."""
    if connection.vendor == "postgresql":
        tables = ", ".join(quoted(model._meta.db_table) for model in all_models())
        execute(f"ANALYZE {tables}")


def execute(statement, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def quoted(name):
    return connection.ops.quote_name(name)


def lock(models):
    """Let nobody else write; on SQLite, the transaction does."""
    if connection.vendor == "postgresql":
        tables = [quoted(model._meta.db_table) for model in [*models, *emptied_models()]]
        execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE")


def load(path, keys, models, manifest, progress):
    by_label = {label(model): model for model in models}
    with (
        opened(path, keys) as archive,
        progress(desc="loading", total=manifest.rows) as bar,
    ):
        for name, group in groupby(archive.rows(), key=itemgetter(0)):
            model = by_label[name]
            for batch in batched(group, batch_size(model)):
                insert(model, [decoded(model, row) for _name, row, _line in batch])
                bar.update(len(batch))


def batch_size(model):
    limit = connection.features.max_query_params
    return min(BATCH_SIZE, limit // len(columns(model))) if limit else BATCH_SIZE


def insert(model, batch):
    """Insert rows past the models, which would give some columns values of their own."""
    places = f"({', '.join(['%s'] * len(columns(model)))})"
    names = ", ".join(map(quoted, columns(model)))
    prepared = [
        [
            field.get_db_prep_save(value, connection)
            for field, value in zip(fields(model), row, strict=True)
        ]
        for row in batch
    ]
    execute(
        f"INSERT INTO {quoted(model._meta.db_table)} ({names}) "  # noqa: S608
        f"VALUES {', '.join([places] * len(batch))}",
        list(chain.from_iterable(prepared)),
    )


def compare(models, manifest, progress):
    """Raise BackupError where a table is not what its digest in the back-up says."""
    with progress(desc="comparing", total=manifest.rows) as bar:
        for model in models:
            said = manifest.end["tables"][label(model)]
            number, found = digest(model, partial(counted, bar=bar))
            if (number, found) != (said["rows"], said["sha256"]):
                raise BackupError(
                    f"The database is as before, since {label(model)} did not come out as it is "
                    "in the back-up."
                )


def counted(rows, bar):
    for row in rows:
        yield row
        bar.update()


def index_all(progress):
    """Make the search index anew."""
    SearchEntry.objects.all().remove()
    with progress(desc="indexing") as bar:
        for source in indexes.values():
            index(source, progress=partial(counted, bar=bar))
        refresh(stored_texts(), partial(counted, bar=bar))
