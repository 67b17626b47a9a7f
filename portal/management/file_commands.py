"""The base of the commands that read or write exchange files and account files."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from accounts.models import User
from languages.text_diff import ADDED, REMOVED, DiffPart
from translations.exchange.importing import ImportPlan
from translations.exchange.records import FileError


def read_file[Content](path: Path, read: Callable[[BinaryIO], Content]) -> Content:
    """Return the result of a function that reads an open file.

    Raises CommandError if the file cannot be read or the function raises FileError.
    """
    try:
        with path.open("rb") as file:
            return read(file)
    except (OSError, FileError) as error:
        raise CommandError(f"Nothing was written. {error}") from error


def write_file(path: Path, data: bytes) -> None:
    """Write bytes to a file. Raises CommandError if that is not possible."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise CommandError(str(error)) from error


def account_by_name(name: str) -> User | None:
    """Return the account of a name, None for an empty one. Raises CommandError if it is unknown."""
    if not name:
        return None
    person = User.objects.filter(username=name).first()
    if person is None:
        raise CommandError(f"Nothing was written. There is no account “{name}”.")
    return person


def wdiff_text(parts: Iterable[DiffPart]) -> str:
    """Return the parts of a diff as one text with the marks of wdiff: [-removed-] and {+added+}."""
    marks = {REMOVED: "[-{}-]", ADDED: "{{+{}+}}"}
    return "".join(marks.get(part.kind, "{}").format(part.text) for part in parts)


class Apply[Plan](Protocol):
    """A function that writes a plan as a revision of a person, and returns the number of changes.

    It raises ValidationError, with nothing written, where a step is refused, unless `take_others`
    is true.
    """

    def __call__(
        self, plan: Plan, /, person: User | None = None, *, take_others: bool = False
    ) -> int: ...


class ImportCommand[Content, Plan: ImportPlan[Any]](BaseCommand):
    """A command that reports the changes of a file, and writes them if it has the option --apply.

    Subclasses set `read`, `plan` and `apply`, and have report(), which prints a plan.
    """

    read: Callable[[BinaryIO], Content]
    plan: Callable[[Content], Plan]
    apply: Apply[Plan]
    plural_noun = ""  # the noun for the content of the file, in messages
    file_help = ""  # the help of the argument `file`

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help=self.file_help)
        parser.add_argument("--apply", action="store_true", help="Write what the file changes.")
        parser.add_argument("--author", default="", help="The account that the change is by.")
        parser.add_argument(
            "--take-others",
            action="store_true",
            help="With --apply, write the rest where some is refused.",
        )

    @translation.override("en")
    def handle(self, *, file: Path, author: str, take_others: bool, **options: Any) -> None:
        person = account_by_name(author)
        import_plan = self.plan(read_file(file, self.read))
        self.report(import_plan)
        if options["apply"]:
            try:
                number = self.apply(import_plan, person, take_others=take_others)
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from error
            except PermissionDenied as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"Wrote {number} {self.plural_noun}.")
        else:
            self.stdout.write("Nothing was written. Use --apply to write it.")
        if import_plan.refused:
            number = len(import_plan.refused)
            raise CommandError(f"{self.plural_noun.capitalize()} refused: {number}.")

    def report(self, import_plan: Plan) -> None:
        """Print what a plan would change."""
        raise NotImplementedError
