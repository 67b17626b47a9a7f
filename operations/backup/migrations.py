"""Compares the migrations of a back-up with those of this database."""

from collections.abc import Collection

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from operations.backup.errors import BackupError
from operations.backup.manifest import Header

MAX_SHOWN = 5
FORMER_APPLICATION = "bilingual"  # only in back-ups of the former schema (former_schema.py)


def applied_migrations() -> set[tuple[str, str]]:
    """Return the (application, name) of the migrations that are applied to the database."""
    return set(MigrationLoader(connection).applied_migrations)


def check_migrations(header: Header) -> None:
    """Raise BackupError where a back-up and this database do not have the same migrations."""
    release = header["portal"]
    if any(application == FORMER_APPLICATION for application, _name in header["migrations"]):
        raise BackupError(
            "The back-up is of the schema that the portal had before its packages were renamed. "
            "Restore it with the release that made it, and carry that database over by "
            "manage.py carry_over."
        )
    loader = MigrationLoader(connection)
    in_backup = {tuple(migration) for migration in header["migrations"]}
    in_database = set(loader.applied_migrations)
    if unknown := in_backup - in_database - set(loader.disk_migrations):
        raise BackupError(
            f"The back-up has migrations that this release of the portal does not know: "
            f"{join_names(unknown)}. It was made by release {release}, which restores it."
        )
    if missing := in_backup - in_database:
        raise BackupError(
            f"The database lacks migrations of the back-up: {join_names(missing)}. "
            "Run manage.py migrate first."
        )
    if newer := in_database - in_backup:
        raise BackupError(
            f"The back-up lacks migrations of the database: {join_names(newer)}. "
            f"It was made by release {release}: restore it to a new database with that one, "
            "then migrate."
        )


def join_names(migrations: Collection[tuple[str, ...]]) -> str:
    """Return the names of migrations for a message, MAX_SHOWN at most: "goals.0001_initial, …"."""
    names = [".".join(migration) for migration in sorted(migrations)]
    more = f" and {len(names) - MAX_SHOWN} more" if len(names) > MAX_SHOWN else ""
    return ", ".join(names[:MAX_SHOWN]) + more
