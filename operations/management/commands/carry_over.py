from functools import partial
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler
from tqdm import tqdm

from operations.former_schema import FormerSchemaError, carry_over, check_former
from operations.management.confirmation import confirm_replacement


class Command(BaseCommand):
    help = (
        "Carry content, history and accounts over from a database of the schema that the portal "
        "had before its packages were renamed, and replace everything in this database by them. "
        "The former database is only read. Everybody has to sign in again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "url", help="The former database, as in DATABASE_URL: sqlite:////path, postgresql://…"
        )
        parser.add_argument(
            "--no-input", "--noinput", action="store_true", help="Do not ask before replacing."
        )

    def handle(self, *, url: str, no_input: bool, verbosity: int, **options: Any) -> None:
        former = former_database(url)
        try:
            check_former(former)
            if not no_input:
                confirm_replacement(self.stdout, "This")
            progress = partial(tqdm, unit=" rows", disable=None if verbosity else True)
            count = carry_over(former, progress)
        except (FormerSchemaError, Error) as error:
            raise CommandError(str(error)) from error
        finally:
            former.close()
        if verbosity:
            self.stdout.write(f"Carried {count:,} rows over.")


def former_database(url: str) -> BaseDatabaseWrapper:
    """Return a connection to the database of a URL; an SQLite file is opened read-only.

    Raises CommandError where the URL cannot be read or the file does not exist.
    """
    try:
        settings = dj_database_url.parse(url)
    except (ValueError, KeyError) as error:
        raise CommandError("This is not the address of a database.") from error
    if settings["ENGINE"].endswith("sqlite3"):
        file = Path(settings["NAME"])
        if not file.is_file():
            raise CommandError(f"There is no database {file}.")
        settings["NAME"] = f"{file.resolve().as_uri()}?mode=ro"
    return ConnectionHandler({DEFAULT_DB_ALIAS: settings})[DEFAULT_DB_ALIAS]
