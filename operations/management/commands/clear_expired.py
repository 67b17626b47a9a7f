from typing import Any

from django.core.management.base import BaseCommand

from operations.retention import clear_expired


class Command(BaseCommand):
    help = (
        "Delete what is kept for a term that is over: sessions, marks of open forms, queries that "
        "found nothing and that nobody has asked for a year, mails 30 days after they were sent or "
        "given up, the administration's list of actions after a year, files that nobody has taken "
        "in within 30 days, and invitations 30 days after the end of their links, with accounts "
        "that nobody has used. To be run every day "
        "(deploy/systemd/portal-clear.timer)."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        cleared = clear_expired()
        if verbosity:
            self.stdout.write(
                "Deleted: {sessions} sessions, {forms} open forms, {queries} queries, "
                "{mails} mails, {actions} actions, {documents} files, "
                "{invitations} invitations.".format(**cleared)
            )
