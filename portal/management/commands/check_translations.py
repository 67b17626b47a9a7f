from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from history.content_version import reading_once
from languages import languages
from translations.checks import findings_of
from translations.consistency import CODES
from translations.units import rows_to_translate, units


class Command(BaseCommand):
    help = (
        "Compare each translation with its source: numbers, dates, acronyms, addresses, signs and "
        "the names of the glossary. The exit status is 1 where a problem is not explained."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--language", choices=languages.codes(), help="Only translations into this language."
        )
        parser.add_argument(
            "--code", choices=CODES, action="append", help="Only problems of this kind, or these."
        )

    def handle(self, *, language, code, verbosity, **options):
        with translation.override("en"), reading_once():
            checked = units(rows_to_translate(language))
            found = [
                finding
                for unit in checked
                for finding in findings_of(unit)
                if not code or finding.problem.code in code
            ]
            explained = [finding for finding in found if finding.reason]
            if verbosity:
                self.stdout.write(f"Translations checked: {len(checked)}")
                self.stdout.write(f"Explained problems: {len(explained)}")
            if verbosity > 1:
                for finding in explained:
                    self.stdout.write(f"  {described(finding)} {finding.reason}")
        problems = [described(finding) for finding in found if not finding.reason]
        if problems:
            listed = "\n".join(f"  {problem}" for problem in problems) if verbosity else ""
            raise CommandError(f"Problems found: {len(problems)}\n{listed}".rstrip())


def described(finding):
    return f"{finding.key}: {finding.problem.code}: {finding.problem.message}"
