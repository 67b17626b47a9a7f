from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from notifications.sending import send_due


class Command(BaseCommand):
    help = (
        "Send the mails that are due. The processes of the server do so by themselves every "
        "SEND_MAIL_SECONDS."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        if not settings.SENDS_MAIL:
            raise CommandError("Mail needs an EMAIL_URL to go through.")
        sent = send_due()
        if verbosity:
            self.stdout.write(f"Sent: {sent}.")
