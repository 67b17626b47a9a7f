from collections.abc import Iterable
from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from tqdm import tqdm

from search import schema
from search.checking import find_index_problems
from search.engine import search
from search.entries import indexes
from search.indexing import stored_words, update_index
from search.models import SearchEntry
from search.vocabulary_writer import rebuild_vocabulary

MAX_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Look after the search index. Entries are written whenever content changes; this command "
        "makes them all anew (--rebuild), only those that are out of step (--stale), says which "
        "are (--check; exit status 1 where any is), or shows how a query is understood (--explain)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        task = parser.add_mutually_exclusive_group(required=True)
        task.add_argument("--rebuild", action="store_true", help="make all entries and words anew")
        task.add_argument("--stale", action="store_true", help="mend entries that are out of step")
        task.add_argument("--check", action="store_true", help="say which entries are out of step")
        task.add_argument("--explain", metavar="QUERY", help="show what a query finds, and why")

    def handle(
        self,
        *,
        rebuild: bool,
        stale: bool,
        check: bool,
        explain: str | None,
        verbosity: int,
        **options: Any,
    ) -> None:
        self.is_quiet = verbosity == 0
        if explain is not None:
            self.explain(explain)
        elif check:
            self.check_entries()
        else:
            self.write_entries(is_rebuild=rebuild)

    def progress[Item](
        self, rows: Iterable[Item], unit: str = " entries", total: int | None = None
    ) -> Iterable[Item]:
        """Return the rows; iterating over them shows the progress unless the command is quiet."""
        shown: Iterable[Item] = tqdm(
            rows, unit=unit, total=total, disable=True if self.is_quiet else None
        )
        return shown

    def write_entries(self, *, is_rebuild: bool) -> None:
        """Write the changed entries, or all anew, and the vocabulary; print their number."""
        with transaction.atomic():
            if is_rebuild:
                SearchEntry.objects.all().remove()
            with schema.without_indexes(connection) if is_rebuild else nullcontext():
                written = sum(
                    update_index(index, progress=self.progress) for index in indexes.values()
                )
            total = SearchEntry.objects.count()
            rebuild_vocabulary(
                stored_words(), lambda rows: self.progress(rows, " entries read", total)
            )
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                # nosemgrep: sql-put-together (the name of a table)
                cursor.execute(f"ANALYZE {schema.TABLE}")
        if not self.is_quiet:
            self.stdout.write(f"Wrote {written} of {total} entries.")

    def check_entries(self) -> None:
        """Say that the index is in step with the content; raise CommandError if it is not."""
        problems = list(find_index_problems(self.progress))
        if problems:
            listed = "\n".join(f"  {problem}" for problem in problems[:MAX_SHOWN])
            raise CommandError(f"Out of step: {len(problems)}\n{listed}")
        if not self.is_quiet:
            self.stdout.write(
                f"All {SearchEntry.objects.count()} entries and the vocabulary are in step."
            )

    def explain(self, raw_query: str) -> None:
        """Print the terms that each word of a query stands for, and its first results."""
        results = search(raw_query)
        for clause in results.expansion.clauses:
            forms = ", ".join(f"{term} {weight:.2f}" for term, weight in clause.terms.items())
            self.stdout.write(f"{clause.written}: {forms or 'nothing'}")
            for synonym in clause.synonyms:
                words = " + ".join("|".join(terms) for terms in synonym.words)
                self.stdout.write(f"  or {words} {synonym.weight:.2f}")
        if results.correction:
            self.stdout.write(f"did you mean: {results.correction}")
        more = " or more" if results.may_have_more else ""
        self.stdout.write(f"{len(results.ranked)}{more} found")
        best = results.ranked[:MAX_SHOWN]
        stored_entries = SearchEntry.objects.in_bulk([entry.entry_id for entry in best])
        for entry in best:
            stored = stored_entries[entry.entry_id]
            missing = ", ".join(results.missing_words(entry))
            self.stdout.write(
                f"{entry.score:8.3f}  {stored}" + (f"  without {missing}" if missing else "")
            )
