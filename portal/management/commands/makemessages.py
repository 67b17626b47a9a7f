from django.core.management.base import CommandParser
from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's makemessages without locations, so that a file changes only with its messages."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(
            add_location="never", ignore_patterns=[".venv/*", "data/*"], keep_pot=False
        )
