from portal.management.file_commands import ImportCommand, wdiff_text
from translations.exchange.importing import TranslationImportPlan, apply, plan
from translations.exchange.reading import read
from translations.exchange.records import FileUnit
from translations.exchange.validation import CHANGED, NEW


class Command(ImportCommand[list[FileUnit], TranslationImportPlan]):
    help = (
        "Say what a PO or XLIFF file from translators would change, and write it with --apply: "
        "all of it, or nothing. The exit status is 1 where anything is refused."
    )
    file_help = "A file of export_translations."
    plural_noun = "texts"
    read, plan, apply = staticmethod(read), staticmethod(plan), staticmethod(apply)

    def report(self, import_plan: TranslationImportPlan) -> None:
        for step in import_plan.to_write:
            self.stdout.write(f"{step.key}: {step.kind}")
            if step.kind in (NEW, CHANGED):
                self.stdout.write(f"  {wdiff_text(step.diff)}")
            for warning in step.result.warnings:
                self.stdout.write(f"  Please look again: {warning}")
        for step in import_plan.refused:
            self.stdout.write(f"{step.file_unit.place}, {step.key}: refused. {step.result.reason}")
        for kind, (number, words) in import_plan.counts.items():
            self.stdout.write(f"{kind:<10} {number:>6} texts {words:>8} words")
