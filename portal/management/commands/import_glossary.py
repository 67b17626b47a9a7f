from library.glossary.termbase.importing import apply, plan
from library.glossary.termbase.reading import read
from portal.management.file_commands import ImportCommand, marked


class Command(ImportCommand):
    help = (
        "Say what a TBX or CSV file would change in the glossary, and write it with --apply: all "
        "of it, or nothing. Terms that are not in the file stay. The exit status is 1 where "
        "anything is refused."
    )
    of_file = "A file of export_glossary, or with new terms."
    things = "terms"
    read, plan, apply = staticmethod(read), staticmethod(plan), staticmethod(apply)

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
