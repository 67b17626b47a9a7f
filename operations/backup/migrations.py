"""Whether a back-up and this database are of the same state of the portal."""

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from operations.backup.errors import BackupError

SHOWN = 5


def applied():
    """Return the migrations of the database, each as its application and its name."""
    return set(MigrationLoader(connection).applied_migrations)


def check(header):
    """Raise BackupError where the migrations of a back-up are not those of the database."""
    release = header["portal"]
    loader = MigrationLoader(connection)
    there, here = {tuple(each) for each in header["migrations"]}, set(loader.applied_migrations)
    if unknown := there - here - set(loader.disk_migrations):
        raise BackupError(
            f"The back-up has migrations that this release of the portal does not know: "
            f"{named(unknown)}. It was made by release {release}, which restores it."
        )
    if missing := there - here:
        raise BackupError(
            f"The database lacks migrations of the back-up: {named(missing)}. "
            "Run manage.py migrate first."
        )
    if newer := here - there:
        raise BackupError(
            f"The back-up lacks migrations of the database: {named(newer)}. It was made by release "
            f"{release}: restore it to a new database with that one, then migrate."
        )


def named(some):
    names = [".".join(each) for each in sorted(some)]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
