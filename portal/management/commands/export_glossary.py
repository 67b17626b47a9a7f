from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from library.glossary.termbase.exporting import WRITERS, export
from portal.management.file_commands import write_file


class Command(BaseCommand):
    help = "Write the glossary to a file: TBX where its name ends in .tbx, CSV where in .csv."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="Where to write.")

    def handle(self, *, file: Path, **options: Any) -> None:
        file_format = file.suffix.removeprefix(".").lower()
        if file_format not in WRITERS:
            raise CommandError("The name of the file has to end in .tbx or .csv.")
        write_file(file, export(file_format))
        self.stdout.write(f"Wrote the glossary to {file}.")
