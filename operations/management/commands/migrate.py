from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from operations.advisory_lock import advisory_lock


class Command(Migrate):
    """Django's migrate, of which two at once wait for each other."""

    def handle(self, *arguments, **options):
        with advisory_lock(connections[options["database"]], "migrate"):
            super().handle(*arguments, **options)
