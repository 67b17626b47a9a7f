from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from bilingual.exchange.importing import apply, plan
from bilingual.exchange.judging import CHANGED, NEW
from bilingual.exchange.reading import read
from portal.exchanging import add_import_arguments, marked, person_named, read_file


class Command(BaseCommand):
    help = (
        "Say what a PO or XLIFF file from translators would change, and write it with --apply: "
        "all of it, or nothing. The exit status is 1 where anything is refused."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="A file of export_translations.")
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
            self.stdout.write(f"Wrote {number} texts.")
        else:
            self.stdout.write("Nothing was written. Use --apply to write it.")
        if planned.refused:
            raise CommandError(f"Texts refused: {len(planned.refused)}.")

    def report(self, planned):
        for step in planned.written:
            self.stdout.write(f"{step.key}: {step.kind}")
            if step.kind in (NEW, CHANGED):
                self.stdout.write(f"  {marked(step.pieces)}")
            for warning in step.verdict.warnings:
                self.stdout.write(f"  Please look again: {warning}")
        for step in planned.refused:
            self.stdout.write(f"{step.entry.place}, {step.key}: refused. {step.verdict.reason}")
        for kind, (number, words) in planned.counts.items():
            self.stdout.write(f"{kind:<10} {number:>6} texts {words:>8} words")
