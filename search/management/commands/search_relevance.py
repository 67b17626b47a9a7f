from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from search.relevance import MeanScore, mean_scores, read_queries, score_query


class Command(BaseCommand):
    help = "Say how well the search finds what judges have said that it should find."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, help="judged queries, as JSON")
        parser.add_argument("--misses", action="store_true", help="list what was not found first")
        parser.add_argument("--kinds", action="store_true", help="list each kind of query")

    def handle(self, *, files: Sequence[Path], misses: bool, kinds: bool, **options: Any) -> None:
        for path in files:
            query_scores = [score_query(query) for query in read_queries(path)]
            self.stdout.write(str(path))
            self.print_table(mean_scores(query_scores))
            if kinds:
                self.print_table(
                    mean_scores(query_scores, lambda query: f"{query['lang']} {query['kind']}")
                )
            for score in query_scores if misses else []:
                if score.recall < 1 or score.reciprocal_rank < 1:
                    query = score.query
                    self.stdout.write(
                        f"{score.recall:.2f} {score.reciprocal_rank:.2f} {query['kind']}: "
                        f"{query['query']}\n    wanted {sorted(query['relevant'], key=str)}\n"
                        f"    found  {score.first_passages}"
                    )

    def print_table(self, score_by_group: Mapping[str, MeanScore]) -> None:
        for group, score in score_by_group.items():
            self.stdout.write(
                f"  {group:<14} {score.queries:>4} queries   recall@5 {score.recall:.3f}   "
                f"MRR {score.reciprocal_rank:.3f}"
            )
