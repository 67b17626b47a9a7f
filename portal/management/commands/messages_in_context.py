import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.loader import render_to_string
from django.utils import translation

from languages.languages import autonym, direction, language_codes, source_language
from portal.shown_messages import ShownMessage, shown_messages

# The last three are readers, pages and occurrences of a ShownMessage.
COLUMNS = ["text", "translation", "shown", "pages", "sources"]


class Command(BaseCommand):
    help = (
        "List where each text of the interface is shown: the pages on which the portal has just "
        "said it, and the files that it stands in. The content has to be loaded."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="What to write: FILE.html or FILE.csv")
        parser.add_argument("--language", choices=language_codes(), default=source_language())

    def handle(self, *, file: Path, language: str, verbosity: int, **options: Any) -> None:
        writers = {".html": self.write_html, ".csv": self.write_csv}
        if file.suffix not in writers:
            raise CommandError("The name of the file has to end with .html or .csv.")
        messages = shown_messages(language)
        writers[file.suffix](file, language, messages)
        if verbosity:
            shown = sum(bool(message.pages) for message in messages)
            self.stdout.write(f"{file}: {len(messages)} texts, {shown} of them met on a page.")

    def write_csv(self, file: Path, language: str, messages: Sequence[ShownMessage]) -> None:
        # With a byte order mark, so that spreadsheets read the file as UTF-8.
        with file.open("w", encoding="utf-8-sig", newline="") as content:
            writer = csv.writer(content)
            writer.writerow(COLUMNS)
            for message in messages:
                places = [" ".join(message.pages), " ".join(message.occurrences)]
                writer.writerow([message.text, message.translation, message.readers, *places])

    def write_html(self, file: Path, language: str, messages: Sequence[ShownMessage]) -> None:
        context = {
            "messages": messages,
            "language": language,
            "autonym": autonym(language),
            "direction": direction(language),
        }
        with translation.override("en"):
            html = render_to_string("portal/messages_in_context.html", context)
        file.write_text(html, encoding="utf-8")
