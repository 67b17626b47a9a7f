"""Replaces all rows of the database by those of a back-up, in one transaction."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import batched, chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import Error, connection, models, transaction

from history.content_version import bump_version
from library.glossary.headwords import write_headwords
from library.glossary.mention_check import rebuild_index as rebuild_mentions
from library.models import Term
from operations.backup.archive import open_archive
from operations.backup.encryption import Key
from operations.backup.errors import BackupError
from operations.backup.manifest import Manifest
from operations.backup.progress import ProgressBar, ProgressBarFactory
from operations.backup.tables import (
    BATCH_SIZE,
    TableRow,
    all_models,
    backed_up_models,
    columns,
    decode_row,
    emptied_models,
    fields,
    label,
    set_last_key,
    table_checksum,
)
from search.entries import indexes
from search.indexing import stored_words, update_index
from search.models import SearchEntry
from search.vocabulary_writer import rebuild_vocabulary

LOCK_TIMEOUT = "20s"  # how long to wait for those who write, as PostgreSQL reads it


def restore_backup(
    path: Path,
    keys: Sequence[Key],
    manifest: Manifest,
    progress: ProgressBarFactory,
    at_end: Callable[[], None] = lambda: None,
) -> None:
    """Replace the rows of the database by those of a verified back-up, with its manifest.

    Until the commit, others read the former rows. No signals are sent and no history is recorded.
    `at_end` is called before the commit.

    Raises BackupError, and leaves the database unchanged, where the database refuses a row or the
    checksums of its tables differ from those of the back-up.
    """
    models = backed_up_models()
    try:
        with transaction.atomic(durable=True):
            lock_tables(models)
            remove_rows([*models, *emptied_models()])
            load_rows(path, keys, models, manifest, progress)
            connection.check_constraints()
            check_circles(models)
            for model in models:
                set_last_key(model, manifest.trailer["tables"][label(model)]["last"])
            compare_checksums(models, manifest, progress)
            rebuild_indexes(progress)
            bump_version()
            analyze_tables()
            at_end()
    except (ArithmeticError, Error, ValueError) as error:
        # The drivers raise the others for values that they cannot send.
        raise BackupError(
            f"The database is as before, since it refused: {error}".strip()
        ) from error
    finally:
        ContentType.objects.clear_cache()


def remove_rows(models: Sequence[type[models.Model]]) -> None:
    """Delete all rows of models, given in the order of all_models(): referring rows go first."""
    for model in reversed(models):
        execute(f"DELETE FROM {quote(model._meta.db_table)}")  # noqa: S608


def analyze_tables() -> None:
    """Update the statistics of PostgreSQL, by which it plans queries; SQLite needs none."""
    if connection.vendor == "postgresql":
        tables = ", ".join(quote(model._meta.db_table) for model in all_models())
        execute(f"ANALYZE {tables}")


def execute(statement: str, parameters: Sequence[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def quote(name: str) -> str:
    return connection.ops.quote_name(name)


def lock_tables(models: Sequence[type[models.Model]]) -> None:
    """Keep others from writing until the commit; on SQLite, the transaction does that anyway."""
    if connection.vendor == "postgresql":
        tables = [quote(model._meta.db_table) for model in [*models, *emptied_models()]]
        execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE")


def load_rows(
    path: Path,
    keys: Sequence[Key],
    models: Iterable[type[models.Model]],
    manifest: Manifest,
    progress: ProgressBarFactory,
) -> None:
    """Insert the rows of a back-up, table by table."""
    models_by_label = {label(model): model for model in models}
    with (
        open_archive(path, keys) as archive,
        progress(desc="loading", total=manifest.rows) as bar,
    ):
        for name, group in groupby(archive.rows(), key=itemgetter(0)):
            if name not in models_by_label:  # the file has been replaced since it was verified
                raise BackupError(f"The database is as before, since it has no table {name}.")
            model = models_by_label[name]
            for batch in batched(group, batch_size(model)):
                insert_rows(model, [decode_row(model, row) for _name, row, _line in batch])
                bar.update(len(batch))


def batch_size(model: type[models.Model]) -> int:
    """Return the number of rows for one INSERT; SQLite limits the parameters of a statement."""
    limit = connection.features.max_query_params
    return min(BATCH_SIZE, limit // len(columns(model))) if limit else BATCH_SIZE


def insert_rows(model: type[models.Model], batch: Sequence[TableRow]) -> None:
    """Insert rows with one statement.

    Not by instances of the model: django-modeltranslation would change some of their columns.
    """
    placeholders = f"({', '.join(['%s'] * len(columns(model)))})"
    names = ", ".join(map(quote, columns(model)))
    prepared = [
        [
            field.get_db_prep_save(value, connection)
            for field, value in zip(fields(model), row, strict=True)
        ]
        for row in batch
    ]
    execute(
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) "  # noqa: S608
        f"VALUES {', '.join([placeholders] * len(batch))}",
        list(chain.from_iterable(prepared)),
    )


def check_circles(models: Iterable[type[models.Model]]) -> None:
    """Raise BackupError where rows refer to each other in a circle, which no constraint forbids."""
    for model in models:
        for field in fields(model):
            if field.related_model is model and has_circle(model, field.attname):
                raise BackupError(
                    f"The database is as before, since rows of {label(model)} refer to each other "
                    "in a circle."
                )


def has_circle(model: type[models.Model], name: str) -> bool:
    """Whether the column of this name leads from a row of a model back to the row."""
    rows: models.QuerySet[models.Model, tuple[Any, ...]]
    rows = models.QuerySet(model).exclude(**{name: None}).values_list("pk", name)
    following: dict[Any, Any] = dict(rows.iterator())
    while following:
        key, path = next(iter(following)), set()
        while key in following:
            path.add(key)
            key = following.pop(key)
        if key in path:
            return True
    return False


def compare_checksums(
    models: Iterable[type[models.Model]], manifest: Manifest, progress: ProgressBarFactory
) -> None:
    """Raise BackupError where the checksum of a table is not that of the back-up."""
    with progress(desc="comparing", total=manifest.rows) as bar:
        for model in models:
            table = manifest.trailer["tables"][label(model)]
            expected = (table["rows"], table["sha256"])
            if table_checksum(model, partial(with_progress, bar=bar)) != expected:
                raise BackupError(
                    f"The database is as before, since {label(model)} did not come out as it is "
                    "in the back-up."
                )


def with_progress[T](rows: Iterable[T], bar: ProgressBar) -> Iterator[T]:
    """Yield rows, and move a progress bar by one after each."""
    for row in rows:
        yield row
        bar.update()


def rebuild_indexes(progress: ProgressBarFactory) -> None:
    """Write the search index, its vocabulary, and the indexes of the glossary again."""
    write_headwords(Term.objects.all())
    SearchEntry.objects.all().remove()
    with progress(desc="indexing") as bar:
        for index in indexes.values():
            update_index(index, progress=partial(with_progress, bar=bar))
        rebuild_vocabulary(stored_words(), partial(with_progress, bar=bar))
    rebuild_mentions()
