from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from portal.content.verification import verify


class Command(BaseCommand):
    help = (
        "Prove the content: every line of the documents cited word for word, every text in both "
        "languages. The exit status is 1 where anything is wrong."
    )

    def handle(self, *, verbosity: int, **options: Any) -> None:
        with translation.override("en"):
            results = verify(show_progress=verbosity > 0)
        for result in results if verbosity else []:
            mark = "wrong" if result.problems else "right"
            self.stdout.write(f"{mark}  {result.name:<30} {result.summary}")
        problems = [problem for result in results for problem in result.problems]
        if problems:
            listed = "\n".join(f"  {problem}" for problem in problems)
            raise CommandError(f"Problems found: {len(problems)}\n{listed}")
