from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from languages import languages
from library.glossary.terminology import all_terms_loaded
from translations.checks import FailedCheck, unit_failed_checks
from translations.consistency import PROBLEM_CODES
from translations.units import load_units, rows_to_translate


class Command(BaseCommand):
    help = (
        "Compare each translation with its source: numbers, dates, acronyms, addresses, signs and "
        "the names of the glossary. The exit status is 1 where a problem is not explained."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language",
            choices=languages.language_codes(),
            help="Only translations into this language.",
        )
        parser.add_argument(
            "--code",
            choices=PROBLEM_CODES,
            action="append",
            help="Only problems of this kind, or these.",
        )

    def handle(
        self, *, language: str | None, code: list[str] | None, verbosity: int, **options: Any
    ) -> None:
        with translation.override("en"), all_terms_loaded():
            checked = load_units(rows_to_translate(language))
            failed = [
                check
                for unit in checked
                for check in unit_failed_checks(unit)
                if not code or check.problem.code in code
            ]
            explained = [check for check in failed if check.explanation]
            if verbosity:
                self.stdout.write(f"Translations checked: {len(checked)}")
                self.stdout.write(f"Explained problems: {len(explained)}")
            if verbosity > 1:
                for check in explained:
                    self.stdout.write(f"  {check_line(check)} {check.explanation}")
        problems = [check_line(check) for check in failed if not check.explanation]
        if problems:
            listed = "\n".join(f"  {problem}" for problem in problems) if verbosity else ""
            raise CommandError(f"Problems found: {len(problems)}\n{listed}".rstrip())


def check_line(check: FailedCheck) -> str:
    """Return a failed check as one line: unit, code and message."""
    return f"{check.unit_key}: {check.problem.code}: {check.problem.message}"
