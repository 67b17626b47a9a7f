from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.catalogues import (
    LOCALE,
    catalogue_files,
    catalogue_problems,
    extraction_problems,
    messages,
    read_catalogue,
)


class Command(BaseCommand):
    help = (
        "Check the translations of the interface: what is missing or doubtful, lacks a placeholder "
        "or a plural form, or breaks the rules of its language. The exit status is 1 where any is."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "files", nargs="*", type=Path, help="Files such as a translator sends; else all."
        )

    def handle(self, *, files: list[Path], verbosity: int, **options: Any) -> None:
        folders = map(Path, settings.LOCALE_PATHS)
        files = [file.resolve() for file in files] or catalogue_files(folders)
        problems = list(chain.from_iterable(map(catalogue_problems, files)))
        if not problems:
            own_files = [file for file in files if file.is_relative_to(LOCALE)]
            problems = list(chain.from_iterable(map(extraction_problems, own_files)))
        if problems:
            listed = "\n".join(f"  {problem}" for problem in problems)
            raise CommandError(f"Problems found: {len(problems)}\n{listed}")
        if verbosity:
            for file in files:
                number = len(messages(read_catalogue(file)))
                self.stdout.write(f"{file}: {number} texts, nothing is wrong.")
