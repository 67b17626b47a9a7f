import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from portal.management.file_commands import account_by_name, write_file
from portal.personal_data import export_account


class Command(BaseCommand):
    help = "Write all that is stored about whoever has an account, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--output", type=Path, help="A file, in place of the terminal.")

    def handle(self, *, username: str, output: Path | None, **options: Any) -> None:
        person = account_by_name(username)
        if person is None:
            raise CommandError("Please name an account.")
        text = json.dumps(
            export_account(person), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2
        )
        if output:
            write_file(output, f"{text}\n".encode())
        else:
            self.stdout.write(text)
