from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from library.glossary_files.importing import apply, plan
from library.glossary_files.reading import read
from portal.exchanging import add_import_arguments, marked, person_named, read_file


class Command(BaseCommand):
    help = (
        "Say what a TBX or CSV file would change in the glossary, and write it with --apply: all "
        "of it, or nothing. Terms that are not in the file stay. The exit status is 1 where "
        "anything is refused."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="A file of export_glossary, or with new terms.")
        add_import_arguments(parser)

    @translation.override("en")
    def handle(self, *, file, author, take_others, **options):
        person = person_named(author)
        planned = plan(read_file(file, read))
        self.report(planned)
        if options["apply"]:
            try:
                number = apply(planned, person, take_others=take_others)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            self.stdout.write(f"Wrote {number} terms.")
        else:
            self.stdout.write("Nothing was written. Use --apply to write it.")
        if planned.refused:
            raise CommandError(f"Terms refused: {len(planned.refused)}.")

    def report(self, planned):
        for step in planned.written:
            self.stdout.write(f"{step.row.slug}: {step.kind}, {step.words} words")
            for column, pieces in step.changes.items():
                self.stdout.write(f"  {column}: {marked(pieces)}")
        for step in planned.refused:
            self.stdout.write(f"line {step.row.line}, {step.row.slug}: refused. {step.reason}")
        same = len(planned.steps) - len(planned.written) - len(planned.refused)
        self.stdout.write(
            f"{len(planned.written)} changed, {same} unchanged, {len(planned.refused)} refused"
        )
