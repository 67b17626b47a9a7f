from library.glossary.termbase.importing import TermChange, apply, plan
from library.glossary.termbase.reading import read
from library.glossary.termbase.records import TermRecord
from portal.management.file_commands import ImportCommand, wdiff_text
from translations.exchange.importing import ImportPlan


class Command(ImportCommand[list[TermRecord], ImportPlan[TermChange]]):
    help = (
        "Say what a TBX or CSV file would change in the glossary, and write it with --apply: all "
        "of it, or nothing. Terms that are not in the file stay. The exit status is 1 where "
        "anything is refused."
    )
    file_help = "A file of export_glossary, or with new terms."
    plural_noun = "terms"
    read, plan, apply = staticmethod(read), staticmethod(plan), staticmethod(apply)

    def report(self, import_plan: ImportPlan[TermChange]) -> None:
        for step in import_plan.to_write:
            self.stdout.write(f"{step.term_record.slug}: {step.kind}, {step.words} words")
            for column, parts in step.changes.items():
                self.stdout.write(f"  {column}: {wdiff_text(parts)}")
        for step in import_plan.refused:
            term_record = step.term_record
            self.stdout.write(
                f"line {term_record.line}, {term_record.slug}: refused. {step.reason}"
            )
        written, refused = len(import_plan.to_write), len(import_plan.refused)
        unchanged = len(import_plan.steps) - written - refused
        self.stdout.write(f"{written} changed, {unchanged} unchanged, {refused} refused")
