"""What a file would change, and the change itself: through the gate, all at once or not at all."""

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from history.recording import recording
from languages.text_diff import differences
from languages.text_validation import MAX_LENGTH
from search.indexing import in_bulk
from translations.exchange.records import FileUnit
from translations.exchange.validation import (
    CHANGED,
    CONFIRMED,
    KINDS,
    NEW,
    REFUSED,
    Verdict,
    judged,
)
from translations.units import Unit, rows_to_translate, translate, translated_models, units

WRITTEN = (NEW, CHANGED, CONFIRMED)
MIN_BULK = 100
IMPORTED = gettext_noop("Translations were imported from a file.")


@dataclass
class UnitChange:
    """A text of a file, the unit that it is meant for, and what is to be done with it."""

    entry: FileUnit
    unit: Unit | None
    verdict: Verdict

    @property
    def key(self):
        return self.entry.key

    @property
    def kind(self):
        return self.verdict.kind

    @property
    def words(self):
        """How many words of the source this is about."""
        return len((self.unit.source if self.unit else self.entry.source).split())

    @cached_property
    def pieces(self):
        """What the text of the file and that of the portal differ in, for a page to show."""
        return differences(self.unit.text if self.unit else "", self.verdict.text[:MAX_LENGTH])


@dataclass
class ImportPlan:
    """What a file would change: a step for each thing in it. Nothing is written yet."""

    steps: list = field(default_factory=list)

    def of(self, *kinds):
        return [step for step in self.steps if step.kind in kinds]

    @property
    def refused(self):
        return self.of(REFUSED)

    @property
    def written(self):
        return self.of(*WRITTEN)

    def check(self, take_others, reason):
        """Raise ValidationError with a reason where something is refused, unless told to go on."""
        if self.refused and not take_others:
            raise ValidationError(reason, code="refused")


class TranslationImportPlan(ImportPlan):
    @property
    def counts(self):
        """Return how many units and how many words there are of each kind."""
        number, words = Counter(), Counter()
        for step in self.steps:
            number[step.kind] += 1
            words[step.kind] += step.words
        return {kind: (number[kind], words[kind]) for kind in KINDS}

    @property
    def token(self):
        """Return what is another one when the same file would do something else."""
        parts = [
            part
            for step in self.steps
            for part in (
                step.key,
                step.kind,
                step.verdict.text,
                *((step.unit.source, step.unit.text) if step.unit else ()),
            )
        ]
        return sha256("\0".join(parts).encode()).hexdigest()


def plan(entries):
    """Return the TranslationImportPlan of some Entries, compared with what is stored now."""
    named = {entry.key.split("/")[0] for entry in entries}
    models = named.intersection(model._meta.label_lower for model in translated_models())
    stored = {unit.key: unit for unit in units(rows_to_translate().filter(model__in=models))}
    steps = []
    for entry in entries:
        unit = stored.get(entry.key)
        steps.append(UnitChange(entry, unit, judged(entry, unit)))
    return TranslationImportPlan(steps)


def indexing(number):
    """Write the index once where many records change; where few do, theirs alone is quicker."""
    return in_bulk() if number > MIN_BULK else nullcontext()


def apply(plan, person=None, *, take_others=False):
    """Write what a plan says, as one revision of a person, and return how many texts it wrote.

    Where something is refused nothing is written, unless `take_others` is true.
    Raises ValidationError, having written nothing: with the code "refused", or with that of
    the gate where something has changed since the plan was made.
    """
    plan.check(take_others, _("Nothing was written, since some texts are refused."))
    author = person or AnonymousUser()
    with recording(author, IMPORTED), indexing(len(plan.written)):
        for step in plan.written:
            try:
                translate(
                    step.unit.row,
                    step.verdict.text,
                    step.unit.source,
                    step.unit.text,
                    author,
                    is_confirmed=True,
                )
            except ValidationError as error:
                raise ValidationError(
                    f"{step.key}: {' '.join(error.messages)}",
                    code=getattr(error, "code", ""),
                ) from error
    return len(plan.written)
