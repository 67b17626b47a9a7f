from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from operations.alone import alone


class Command(Migrate):
    """Django's migrate, of which two at once wait for each other."""

    def handle(self, *arguments, **options):
        with alone(connections[options["database"]], "migrate"):
            super().handle(*arguments, **options)
