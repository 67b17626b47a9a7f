"""What the commands of exchange files have in common: reading, and saying what would change."""

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from bilingual.exchange.entries import FileError
from bilingual.wording import ADDED, REMOVED


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


def add_import_arguments(parser):
    parser.add_argument("--apply", action="store_true", help="Write what the file changes.")
    parser.add_argument("--author", default="", help="The account that the change is by.")
    parser.add_argument(
        "--take-others",
        action="store_true",
        help="With --apply, write the rest where some is refused.",
    )
