"""What the commands of exchange files have in common: reading, and saying what would change."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from accounts.models import User
from languages.text_diff import ADDED, REMOVED
from translations.exchange.records import FileError


def read_file(path, read):
    """Return what a reader makes of a file; what is wrong with it ends the command."""
    try:
        with path.open("rb") as file:
            return read(file)
    except (OSError, FileError) as error:
        raise CommandError(f"Nothing was written. {error}") from error


def write_file(path, data):
    try:
        path.write_bytes(data)
    except OSError as error:
        raise CommandError(str(error)) from error


def person_named(name):
    """Return the account that changes are attributed to, None where nobody is named."""
    if not name:
        return None
    person = User.objects.filter(username=name).first()
    if person is None:
        raise CommandError(f"Nothing was written. There is no account “{name}”.")
    return person


def marked(pieces):
    """Return Pieces as plain text, in the marks of wdiff."""
    marks = {REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
    return "".join(marks.get(piece.kind, "{}").format(piece.text) for piece in pieces)


class ImportCommand(BaseCommand):
    """A command that says what a file would change, and writes it where it is told to.

    Subclasses name the functions of their files (`read`, `plan`, `apply`), what these are of
    (`things`), and report() a plan.
    """

    read = plan = apply = None
    things = ""
    of_file = ""

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help=self.of_file)
        parser.add_argument("--apply", action="store_true", help="Write what the file changes.")
        parser.add_argument("--author", default="", help="The account that the change is by.")
        parser.add_argument(
            "--take-others",
            action="store_true",
            help="With --apply, write the rest where some is refused.",
        )

    @translation.override("en")
    def handle(self, *, file, author, take_others, **options):
        person = person_named(author)
        planned = self.plan(read_file(file, self.read))
        self.report(planned)
        if options["apply"]:
            try:
                number = self.apply(planned, person, take_others=take_others)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            self.stdout.write(f"Wrote {number} {self.things}.")
        else:
            self.stdout.write("Nothing was written. Use --apply to write it.")
        if planned.refused:
            raise CommandError(f"{self.things.capitalize()} refused: {len(planned.refused)}.")
