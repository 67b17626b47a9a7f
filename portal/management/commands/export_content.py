from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.content.exporting import export
from portal.content.files import ContentError


class Command(BaseCommand):
    help = (
        "Write the content to a folder as files that load_content reads: what readers see, with "
        "--drafts the drafts too. Unchanged records have the same bytes as in fixtures/."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="Where the files are written.")
        parser.add_argument("--drafts", action="store_true", help="Write the drafts too.")

    def handle(self, *, folder: Path, drafts: bool, verbosity: int, **options: Any) -> None:
        try:
            result = export(folder, with_drafts=drafts)
        except ContentError as error:
            raise CommandError(f"Nothing was written. {error.report()}") from error
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be written: {error.strerror}.") from error
        if verbosity:
            counts = ", ".join(f"{count} {name}" for name, count in result.counts.items())
            self.stdout.write(f"Wrote {len(result.contents)} files to {folder}: {counts}.")
