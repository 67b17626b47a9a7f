from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from languages.languages import direction, language_codes
from portal.catalogues import LOCALE, catalogue_files
from portal.pseudo import write_pseudo_catalogue


class Command(BaseCommand):
    help = (
        "Write pseudo-translations of the interface into a folder, in the direction of each of the "
        "portal's languages. Start the portal with LOCALE_DIR set to that folder to see them."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, verbosity: int, **options: Any) -> None:
        for file in catalogue_files([LOCALE]):
            for language in language_codes():
                number = write_pseudo_catalogue(file, folder, language)
                if verbosity:
                    self.stdout.write(
                        f"{folder / language}: {file.name}, {number} texts, {direction(language)}."
                    )
