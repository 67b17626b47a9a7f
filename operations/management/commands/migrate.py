from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from operations.advisory_lock import advisory_lock
from operations.former_schema import is_former

FORMER_SCHEMA = """\
The database {name} has the schema that the portal had before its packages were renamed, and is left
as it is. {way}
Then run this again: it makes a new database. What people have edited, and their accounts, are
carried over to it by
    python manage.py carry_over {url}"""
MOVE_FILE = "Move its folder away, as in: mv {folder} {folder}-former"
MAKE_DATABASE = "Make an empty database, and name that one in DATABASE_URL."


class Command(Migrate):
    """Django's migrate under a lock: a second one that runs at once waits for the first."""

    def handle(self, *arguments: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if is_former(connection):
            raise CommandError(explanation(connection))
        with advisory_lock(connection, "migrate"):
            super().handle(*arguments, **options)


def explanation(connection: BaseDatabaseWrapper) -> str:
    """Return the message for a database of the former schema, with the steps to carry it over."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        way = MOVE_FILE.format(folder=settings.DATA_DIR)
        url = f"sqlite:///{settings.DATA_DIR}-former/portal.sqlite3"
    else:
        way, url = MAKE_DATABASE, f"postgresql://…/{name}"
    return FORMER_SCHEMA.format(name=name, way=way, url=url)
