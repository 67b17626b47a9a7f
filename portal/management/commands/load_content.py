from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.content.files import FIXTURES, ContentError, RecordProblem
from portal.content.loading import FileDifference, LoadResult, load

MAX_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Load the content of fixtures/ into the database: all of it, or nothing. On a database "
        "that has content already, it only says what it would change, unless --overwrite is given."
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
        if not result.changes and not result.conflicts:
            self.stdout.write(f"The content is loaded already: {total} records, none differs.")
        elif result.is_written:
            counts = ", ".join(f"{count} {name}" for name, count in result.counts.items())
            self.stdout.write(f"Wrote {len(result.changes)} of {total} records: {counts}.")
        else:
            self.report_differences(result)

    def report_differences(self, result: LoadResult) -> None:
        differing = len(result.changes) + len(result.conflicts)
        self.stdout.write(
            f"Nothing was written: the database has content, and {differing} of "
            f"{result.counts.total()} records differ from it. With --overwrite these would be "
            "replaced:"
        )
        self.list_records(result.changes)
        if result.conflicts:
            self.stdout.write("These have no place beside what people have edited:")
            self.list_records(result.conflicts)

    def list_records(self, records: Sequence[FileDifference | RecordProblem]) -> None:
        for record in records[:MAX_SHOWN]:
            self.stdout.write(f"  {record}")
        if len(records) > MAX_SHOWN:
            self.stdout.write(f"  … and {len(records) - MAX_SHOWN} more")
