from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.content.files import FIXTURES, ContentError, FileDifference, RecordProblem
from portal.content.loading import LoadResult, load

MAX_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Bring the database up to date with the content of fixtures/: all of it, or nothing. What "
        "people have edited since the last load stays, and is named, unless --overwrite is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--overwrite", action="store_true", help="Replace records that people have edited."
        )
        parser.add_argument(
            "--directory", type=Path, default=FIXTURES, help="Where the content files are."
        )

    def handle(self, *, overwrite: bool, directory: Path, verbosity: int, **options: Any) -> None:
        try:
            result = load(directory, overwrite=overwrite, show_progress=verbosity > 0)
        except ContentError as error:
            raise CommandError(f"Nothing was written. {error.report()}") from error
        if verbosity:
            self.report(result)

    def report(self, result: LoadResult) -> None:
        total = result.counts.total()
        if result.changes:
            counts = ", ".join(f"{count} {name}" for name, count in result.counts.items())
            self.stdout.write(f"Changed {len(result.changes)} of {total} records: {counts}.")
        elif result.edited or result.conflicts:
            self.stdout.write("Nothing was written: what differs from the files was edited here.")
        else:
            self.stdout.write(f"The content is loaded already: {total} records, none differs.")
        if result.edited:
            self.stdout.write(
                f"People have edited {len(result.edited)} of {total} records. What they edited "
                "stays; --overwrite replaces it:"
            )
            self.list_records(result.edited)
        if result.conflicts:
            self.stdout.write("These have no place beside what people have edited:")
            self.list_records(result.conflicts)

    def list_records(self, records: Sequence[FileDifference | RecordProblem]) -> None:
        for record in records[:MAX_SHOWN]:
            self.stdout.write(f"  {record}")
        if len(records) > MAX_SHOWN:
            self.stdout.write(f"  … and {len(records) - MAX_SHOWN} more")
