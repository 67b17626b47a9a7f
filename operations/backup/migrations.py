"""Whether a back-up and this database are of the same state of the portal."""

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from operations.backup.errors import BackupError

MAX_SHOWN = 5
FORMER_APPLICATION = "bilingual"  # which back-ups of the former schema have (former_schema.py)


def applied():
    """Return the migrations of the database, each as its application and its name."""
    return set(MigrationLoader(connection).applied_migrations)


def check(header):
    """Raise BackupError where the migrations of a back-up are not those of the database."""
    release = header["portal"]
    if any(application == FORMER_APPLICATION for application, _name in header["migrations"]):
        raise BackupError(
            "The back-up is of the schema that the portal had before its packages were renamed. "
            "Restore it with the release that made it, and carry that database over by "
            "manage.py carry_over."
        )
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
    more = f" and {len(names) - MAX_SHOWN} more" if len(names) > MAX_SHOWN else ""
    return ", ".join(names[:MAX_SHOWN]) + more
