"""How much of the portal is translated, in words and in texts."""

from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Count, QuerySet, Sum

from languages.languages import language_codes
from translations.models import TranslationState, TranslationStatus


@dataclass
class Progress:
    """The progress of one section of the portal, translated into one language.

    `name` is the name of the section, "" for the whole portal. `words` has the number of words of
    the sources by the TranslationStatus of their translations, `texts` the number of texts.
    """

    name: str
    language: str
    words: dict[str, int] = field(default_factory=dict)
    texts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The words of all sources."""
        return sum(self.words.values())

    def percentage(self, *statuses: str) -> int:
        """Return the percentage of words with these statuses, rounded down; 100 without words."""
        words = sum(self.words.get(status, 0) for status in statuses)
        return 100 * words // self.total if self.total else 100

    @property
    def up_to_date(self) -> int:
        """The percentage of words whose translation is up to date, reviewed or not."""
        return self.percentage(TranslationStatus.UNREVIEWED, TranslationStatus.REVIEWED)

    @property
    def reviewed(self) -> int:
        """The percentage of words whose translation is reviewed."""
        return self.percentage(TranslationStatus.REVIEWED)

    @property
    def missing(self) -> int:
        """The number of texts without a translation."""
        return self.texts.get(TranslationStatus.MISSING, 0)

    @property
    def outdated(self) -> int:
        """The number of texts whose translation is outdated."""
        return sum(self.texts.get(status, 0) for status in TranslationState.OUTDATED_STATUSES)

    def add(self, status: str, words: int, texts: int) -> None:
        """Add numbers of words and texts with a status."""
        self.words[status] = self.words.get(status, 0) + words
        self.texts[status] = self.texts.get(status, 0) + texts


def translation_progress(rows: QuerySet[TranslationState]) -> list[Progress]:
    """Return the progress of some rows: one for each section and language it is translated into.

    A section is an application. The list follows the order of the languages; within a language,
    the sections stand by name and the whole portal stands last.
    """
    progress_by_section: dict[tuple[str, str], Progress] = {}
    sums = rows.order_by().values("model", "language", "state")
    for row in sums.annotate(all_words=Sum("words"), texts=Count("pk")):
        name = apps.get_model(row["model"])._meta.app_config.verbose_name
        for section in (str(name), ""):
            progress = progress_by_section.setdefault(
                (row["language"], section), Progress(section, row["language"])
            )
            progress.add(row["state"], row["all_words"], row["texts"])
    language_order = {code: position for position, code in enumerate(language_codes())}
    return sorted(
        progress_by_section.values(),
        key=lambda progress: (
            language_order[progress.language],
            progress.name == "",
            progress.name,
        ),
    )
