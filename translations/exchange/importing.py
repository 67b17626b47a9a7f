"""Plans the changes of an exchange file, and applies a plan in one transaction."""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Protocol, cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from history.actors import Visitor
from history.recording import recording
from languages.text_diff import DiffPart, word_diff
from languages.text_validation import MAX_LENGTH
from search.indexing import postponed_indexing
from translations.exchange.records import FileUnit
from translations.exchange.validation import (
    CHANGED,
    CONFIRMED,
    KINDS,
    NEW,
    REFUSED,
    ValidationResult,
    validate_file_unit,
)
from translations.units import Unit, load_units, rows_to_translate, translate, translated_models

KINDS_TO_WRITE: tuple[str, ...] = (NEW, CHANGED, CONFIRMED)
MIN_BULK_RECORDS = 100
IMPORT_COMMENT = gettext_noop("Translations were imported from a file.")


class PlanStep(Protocol):
    """A step of an ImportPlan; its kind is one of validation.KINDS."""

    @property
    def kind(self) -> str: ...


@dataclass
class UnitChange:
    """A step of a plan: a unit of the file, the Unit of the portal, and the result for them.

    `unit` is None where the portal has no unit with this key.
    """

    file_unit: FileUnit
    unit: Unit | None
    result: ValidationResult

    @property
    def key(self) -> str:
        """The key of the unit."""
        return self.file_unit.key

    @property
    def kind(self) -> str:
        """The kind of the result, one of validation.KINDS."""
        return self.result.kind

    @property
    def words(self) -> int:
        """The number of words of the source."""
        return len((self.unit.source if self.unit else self.file_unit.source).split())

    @cached_property
    def diff(self) -> list[DiffPart]:
        """The differences from the translation in the portal to the one after the import."""
        return word_diff(self.unit.text if self.unit else "", self.result.text[:MAX_LENGTH])


@dataclass
class ImportPlan[Step: PlanStep]:
    """The steps of an import, one for each unit of the file, before anything is written."""

    steps: list[Step] = field(default_factory=list)

    def steps_of(self, *kinds: str) -> list[Step]:
        """Return the steps of some kinds, in the order of the file."""
        return [step for step in self.steps if step.kind in kinds]

    @property
    def refused(self) -> list[Step]:
        """The steps that are refused."""
        return self.steps_of(REFUSED)

    @property
    def to_write(self) -> list[Step]:
        """The steps that apply() writes."""
        return self.steps_of(*KINDS_TO_WRITE)

    def check_refused(self, take_others: bool, message: str) -> None:
        """Raise ValidationError with a message and the code "refused" where a step is refused.

        With `take_others`, the person wants the other steps in spite of that: nothing is raised.
        """
        if self.refused and not take_others:
            raise ValidationError(message, code="refused")


class TranslationImportPlan(ImportPlan[UnitChange]):
    """A plan for the translations of a file."""

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """The number of units and of the words of their sources: {kind: (units, words)}."""
        units: Counter[str] = Counter()
        words: Counter[str] = Counter()
        for step in self.steps:
            units[step.kind] += 1
            words[step.kind] += step.words
        return {kind: (units[kind], words[kind]) for kind in KINDS}

    @property
    def token(self) -> str:
        """A digest of the plan; it differs where the same file would change other things."""
        values = [
            value
            for step in self.steps
            for value in (
                step.key,
                step.kind,
                step.result.text,
                *((step.unit.source, step.unit.text) if step.unit else ()),
            )
        ]
        return sha256("\0".join(values).encode()).hexdigest()


def plan(file_units: Sequence[FileUnit]) -> TranslationImportPlan:
    """Return the plan of some units of a file, compared with the portal's units."""
    labels = {file_unit.key.split("/")[0] for file_unit in file_units}
    models = labels.intersection(model._meta.label_lower for model in translated_models())
    unit_by_key = {
        unit.key: unit for unit in load_units(rows_to_translate().filter(model__in=models))
    }
    steps = []
    for file_unit in file_units:
        unit = unit_by_key.get(file_unit.key)
        steps.append(UnitChange(file_unit, unit, validate_file_unit(file_unit, unit)))
    return TranslationImportPlan(steps)


def bulk_indexing(record_count: int) -> AbstractContextManager[None]:
    """Return a context in which many records are indexed together, at its end.

    For few records this would be slower than indexing each of them alone.
    """
    return postponed_indexing() if record_count > MIN_BULK_RECORDS else nullcontext()


def apply(
    import_plan: TranslationImportPlan, person: Visitor | None = None, *, take_others: bool = False
) -> int:
    """Write a plan as one revision of a person, and return the number of written translations.

    Where a step is refused, nothing is written unless `take_others` is true. Raises
    ValidationError, with nothing written: with the code "refused", or with the code of
    units.translate() where something has changed since the plan was made.
    """
    import_plan.check_refused(take_others, _("Nothing was written, since some texts are refused."))
    author = person or AnonymousUser()
    with recording(author, IMPORT_COMMENT), bulk_indexing(len(import_plan.to_write)):
        for step in import_plan.to_write:
            unit = cast(Unit, step.unit)  # a step without a unit is refused
            try:
                translate(
                    unit.row,
                    step.result.text,
                    unit.source,
                    unit.text,
                    author,
                    is_confirmed=True,
                )
            except ValidationError as error:
                raise ValidationError(
                    f"{step.key}: {' '.join(error.messages)}",
                    code=getattr(error, "code", ""),
                ) from error
    return len(import_plan.to_write)
