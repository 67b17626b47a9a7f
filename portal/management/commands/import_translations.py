from portal.management.file_commands import ImportCommand, marked
from translations.exchange.importing import apply, plan
from translations.exchange.reading import read
from translations.exchange.validation import CHANGED, NEW


class Command(ImportCommand):
    help = (
        "Say what a PO or XLIFF file from translators would change, and write it with --apply: "
        "all of it, or nothing. The exit status is 1 where anything is refused."
    )
    of_file = "A file of export_translations."
    things = "texts"
    read, plan, apply = staticmethod(read), staticmethod(plan), staticmethod(apply)

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
