from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from library.glossary.mention_check import find_index_problems, rebuild_index, update_index
from library.models import IndexedText

MAX_SHOWN = 20


class Command(BaseCommand):
    help = (
        "Look after the index of the texts that mention the terms of the glossary. It is written "
        "whenever content changes; this command makes it anew (--rebuild), mends what differs from "
        "the content (--stale), or says what does (--check; exit status 1 where anything does)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        task = parser.add_mutually_exclusive_group(required=True)
        task.add_argument("--rebuild", action="store_true", help="make the whole index anew")
        task.add_argument("--stale", action="store_true", help="mend what differs")
        task.add_argument("--check", action="store_true", help="say what differs")

    def handle(self, *, rebuild: bool, check: bool, verbosity: int, **options: Any) -> None:
        if check:
            problems = list(find_index_problems())
            if problems:
                listed = "\n".join(f"  {problem}" for problem in problems[:MAX_SHOWN])
                raise CommandError(f"Out of step: {len(problems)}\n{listed}")
            message = f"All {IndexedText.objects.count()} texts are in step."
        else:
            texts = rebuild_index() if rebuild else update_index()
            message = f"The index has {texts} texts."
        if verbosity:
            self.stdout.write(message)
