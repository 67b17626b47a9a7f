from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's command with the portal's choices, so that files change where texts have changed."""

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.set_defaults(
            add_location="never", ignore_patterns=[".venv/*", "data/*"], keep_pot=False
        )
