from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from portal.management.file_commands import account_by_name
from portal.personal_data import check_erasable, erase_account


class Command(BaseCommand):
    help = (
        "Erase an account, end its sessions, and put a neutral name in the place of its owner's in "
        "the history, whose texts stay. It cannot be undone; back-ups that were made before have "
        "the name still."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--no-input", "--noinput", action="store_true", help="Do not ask before erasing."
        )

    @translation.override("en")
    def handle(self, *, username: str, no_input: bool, **options: Any) -> None:
        person = account_by_name(username)
        if person is None:
            raise CommandError("Please name an account.")
        try:
            check_erasable(person)
            if not no_input:
                self.confirm(username)
            erase_account(person)
        except ValidationError as error:
            raise CommandError(f"Nothing was changed. {' '.join(error.messages)}") from error
        self.stdout.write("The account was erased.")

    def confirm(self, username: str) -> None:
        """Ask for the name of the account. Raises CommandError if another answer is given."""
        try:
            answer = input(f"This cannot be undone. Type {username} to erase the account: ")
        except EOFError:
            answer = ""
        if answer != username:
            raise CommandError("Nothing was changed. Without a terminal, --no-input goes on.")
