from itertools import chain
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.catalogues import LOCALE, faults, files_of, out_of_date, read, texts


class Command(BaseCommand):
    help = (
        "Check the translations of the interface: what is missing or doubtful, lacks a placeholder "
        "or a plural form, or breaks the rules of its language. The exit status is 1 where any is."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "files", nargs="*", type=Path, help="Files such as a translator sends; else all."
        )

    def handle(self, *, files, verbosity, **options):
        files = [file.resolve() for file in files] or files_of(map(Path, settings.LOCALE_PATHS))
        found = list(chain.from_iterable(map(faults, files)))
        if not found:
            own = [file for file in files if file.is_relative_to(LOCALE)]
            found = list(chain.from_iterable(map(out_of_date, own)))
        if found:
            listed = "\n".join(f"  {fault}" for fault in found)
            raise CommandError(f"Problems found: {len(found)}\n{listed}")
        if verbosity:
            for file in files:
                self.stdout.write(f"{file}: {len(texts(read(file)))} texts, nothing is wrong.")
