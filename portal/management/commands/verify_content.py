from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from portal.content.verification import verify


class Command(BaseCommand):
    help = (
        "Prove the content: every line of the documents cited word for word, every text in both "
        "languages. The exit status is 1 where anything is wrong."
    )

    def handle(self, *, verbosity, **options):
        with translation.override("en"):
            findings = verify(show_progress=verbosity > 0)
        for finding in findings if verbosity else []:
            mark = "wrong" if finding.problems else "right"
            self.stdout.write(f"{mark}  {finding.name:<30} {finding.result}")
        problems = [problem for finding in findings for problem in finding.problems]
        if problems:
            listed = "\n".join(f"  {problem}" for problem in problems)
            raise CommandError(f"Problems found: {len(problems)}\n{listed}")
