from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from languages import languages
from portal.management.file_commands import write_file
from translations.exchange.exporting import WRITERS, export, rows_to_export, section_labels


class Command(BaseCommand):
    help = "Write the texts that are translated into a language to a file for translators' tools."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "language", choices=languages.language_codes(), help="The language to translate into."
        )
        parser.add_argument("file", type=Path, help="Where to write.")
        parser.add_argument(
            "--format", choices=list(WRITERS), help="As the file's name ends, or PO."
        )
        parser.add_argument(
            "--section", choices=section_labels(), default="", help="All, if none is named."
        )
        parser.add_argument(
            "--needs-work",
            action="store_true",
            help="Only what is missing or older than its source.",
        )
        parser.add_argument(
            "--site", default="", help="What stands before addresses: https://example.org."
        )

    def handle(
        self,
        *,
        language: str,
        file: Path,
        section: str,
        needs_work: bool,
        site: str,
        **options: Any,
    ) -> None:
        file_format = options["format"] or ("xliff" if file.suffix in (".xlf", ".xliff") else "po")
        rows = rows_to_export(language, section, needs_work=needs_work)
        if not rows:
            raise CommandError("There is nothing to translate.")
        with translation.override(language):
            write_file(file, export(rows, language, file_format, site.rstrip("/")))
        words = sum(row.words for row in rows)
        self.stdout.write(f"Wrote {len(rows)} texts with {words} words to {file}.")
