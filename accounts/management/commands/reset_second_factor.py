from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.second_factor import reset


class Command(BaseCommand):
    help = "Forget the second factor of somebody who has lost it, and end all their sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account “{username}”.")
        reset(user)
        self.stdout.write(f"{username} sets up a second factor anew when signing in.")
