"""How far the languages of the portal say the same, in words."""

from dataclasses import dataclass, field

from django.apps import apps
from django.db.models import Count, Sum

from languages.languages import codes
from translations.models import TranslationState, TranslationStatus
from translations.units import rows_to_translate


@dataclass
class Progress:
    """The words of the sources in one part of the portal, by the state of their translation."""

    name: str
    language: str
    words: dict = field(default_factory=dict)
    texts: dict = field(default_factory=dict)

    @property
    def total(self):
        return sum(self.words.values())

    def share(self, *states):
        """Return the per cent of the words whose translations are in these states, rounded down."""
        found = sum(self.words.get(state, 0) for state in states)
        return 100 * found // self.total if self.total else 100

    @property
    def fresh(self):
        return self.share(TranslationStatus.UNREVIEWED, TranslationStatus.REVIEWED)

    @property
    def reviewed(self):
        return self.share(TranslationStatus.REVIEWED)

    @property
    def missing(self):
        return self.texts.get(TranslationStatus.MISSING, 0)

    @property
    def stale(self):
        return sum(self.texts.get(state, 0) for state in TranslationState.STALE)

    def add(self, state, words, texts):
        self.words[state] = self.words.get(state, 0) + words
        self.texts[state] = self.texts.get(state, 0) + texts


def progress():
    """Return the Progress of each part into each language that it is translated into.

    A part is an application; the last of each language is the whole portal ("").
    """
    found = {}
    sums = rows_to_translate().order_by().values("model", "language", "state")
    for row in sums.annotate(all_words=Sum("words"), texts=Count("pk")):
        name = apps.get_model(row["model"])._meta.app_config.verbose_name
        for part in (str(name), ""):
            key = (row["language"], part)
            part_of = found.setdefault(key, Progress(part, row["language"]))
            part_of.add(row["state"], row["all_words"], row["texts"])
    order = {code: place for place, code in enumerate(codes())}
    return sorted(found.values(), key=lambda one: (order[one.language], one.name == "", one.name))
