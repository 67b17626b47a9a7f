from contextlib import nullcontext

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from tqdm import tqdm

from search import schema
from search.engine import search
from search.entries import indexes
from search.indexing import index, out_of_step, stored_texts
from search.models import SearchEntry
from search.vocabulary import refresh

MAX_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Look after the search index. Entries are written whenever content changes; this command "
        "makes them all anew (--rebuild), only those that are out of step (--stale), says which "
        "are (--check; exit status 1 where any is), or shows how a query is understood (--explain)."
    )

    def add_arguments(self, parser):
        task = parser.add_mutually_exclusive_group(required=True)
        task.add_argument("--rebuild", action="store_true", help="make all entries and words anew")
        task.add_argument("--stale", action="store_true", help="mend entries that are out of step")
        task.add_argument("--check", action="store_true", help="say which entries are out of step")
        task.add_argument("--explain", metavar="QUERY", help="show what a query finds, and why")

    def handle(self, *, rebuild, stale, check, explain, verbosity, **options):
        self.is_quiet = verbosity == 0
        if explain is not None:
            self.explain(explain)
        elif check:
            self.check_entries()
        else:
            self.write(is_rebuild=rebuild)

    def progress(self, rows, unit=" entries", total=None):
        return tqdm(rows, unit=unit, total=total, disable=True if self.is_quiet else None)

    def write(self, *, is_rebuild):
        with transaction.atomic():
            if is_rebuild:
                SearchEntry.objects.all().remove()
            with schema.without_index(connection) if is_rebuild else nullcontext():
                written = sum(index(source, progress=self.progress) for source in indexes.values())
            total = SearchEntry.objects.count()
            refresh(stored_texts(), lambda rows: self.progress(rows, " entries read", total))
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                # nosemgrep: sql-put-together (the name of a table)
                cursor.execute(f"ANALYZE {schema.TABLE}")
        if not self.is_quiet:
            self.stdout.write(f"Wrote {written} of {total} entries.")

    def check_entries(self):
        problems = list(out_of_step(self.progress))
        if problems:
            shown = "\n".join(f"  {problem}" for problem in problems[:MAX_SHOWN])
            raise CommandError(f"Entries out of step: {len(problems)}\n{shown}")
        if not self.is_quiet:
            self.stdout.write(f"All {SearchEntry.objects.count()} entries are in step.")

    def explain(self, typed):
        results = search(typed)
        for clause in results.expansion.clauses:
            forms = ", ".join(f"{name} {weight:.2f}" for name, weight in clause.terms.items())
            self.stdout.write(f"{clause.written}: {forms or 'nothing'}")
            for name in clause.names:
                words = " + ".join("|".join(part) for part in name.words)
                self.stdout.write(f"  or {words} {name.weight:.2f}")
        if results.correction:
            self.stdout.write(f"did you mean: {results.correction}")
        more = " or more" if results.is_full else ""
        self.stdout.write(f"{len(results.ranked)}{more} found")
        best = results.ranked[:MAX_SHOWN]
        rows = SearchEntry.objects.in_bulk([found.entry_id for found in best])
        for found in best:
            row = rows[found.entry_id]
            lacks = ", ".join(results.missing(found))
            self.stdout.write(
                f"{found.score:8.3f}  {row}" + (f"  without {lacks}" if lacks else "")
            )
