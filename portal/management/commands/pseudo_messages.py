from pathlib import Path

from django.core.management.base import BaseCommand

from languages.languages import codes, direction
from portal.catalogues import LOCALE, files_of
from portal.pseudo import write


class Command(BaseCommand):
    help = (
        "Write pseudo-translations of the interface into a folder, in the direction of each of the "
        "portal's languages. Start the portal with LOCALE_DIR set to that folder to see them."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder, verbosity, **options):
        for file in files_of([LOCALE]):
            for language in codes():
                number = write(file, folder, language)
                if verbosity:
                    way = direction(language)
                    self.stdout.write(f"{folder / language}: {file.name}, {number} texts, {way}.")
