from typing import Any

from django.core.management.base import BaseCommand

from operations.retention import clear_expired


class Command(BaseCommand):
    help = (
        "Delete what is kept for a term that is over: sessions, marks of open forms, queries that "
        "found nothing and that nobody has asked for a year, and the administration's list of "
        "actions after a year. To be run every day (deploy/systemd/portal-clear.timer)."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        cleared = clear_expired()
        if verbosity:
            self.stdout.write(
                "Deleted: {sessions} sessions, {forms} open forms, {queries} queries, "
                "{actions} actions.".format(**cleared)
            )
