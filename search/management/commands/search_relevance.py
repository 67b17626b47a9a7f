from pathlib import Path

from django.core.management.base import BaseCommand

from search.relevance import judge, read_queries, scores


class Command(BaseCommand):
    help = "Say how well the search finds what judges have said that it should find."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", type=Path, help="judged queries, as JSON")
        parser.add_argument("--misses", action="store_true", help="list what was not found first")
        parser.add_argument("--kinds", action="store_true", help="list each kind of query")

    def handle(self, *, files, misses, kinds, **options):
        for path in files:
            outcomes = [judge(query) for query in read_queries(path)]
            self.stdout.write(str(path))
            self.table(scores(outcomes))
            if kinds:
                self.table(scores(outcomes, lambda query: f"{query['lang']} {query['kind']}"))
            for outcome in outcomes if misses else []:
                if outcome.recall < 1 or outcome.reciprocal_rank < 1:
                    query = outcome.query
                    self.stdout.write(
                        f"{outcome.recall:.2f} {outcome.reciprocal_rank:.2f} {query['kind']}: "
                        f"{query['query']}\n    wanted {sorted(query['relevant'], key=str)}\n"
                        f"    found  {outcome.found}"
                    )

    def table(self, rows):
        for clause, score in rows.items():
            self.stdout.write(
                f"  {clause:<14} {score.queries:>4} queries   recall@5 {score.recall:.3f}   "
                f"MRR {score.reciprocal_rank:.3f}"
            )
