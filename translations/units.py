"""Units of translation, and the functions that write them.

A unit is one text of a record in one language, together with its source text. The dashboard and
the exchange files write translations by translate() and nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from history.actors import Visitor, shown_name
from history.locking import lock_record
from history.recording import Column, RecordedModel, last_change, recorded_models, recording
from languages.fields import paired_fields, translated_fields
from languages.languages import language_codes, text_in_language
from languages.text_diff import DiffPart, word_diff
from translations import staleness
from translations.models import TranslationState, TranslationStatus


@dataclass
class Unit:
    """A unit of translation: the TranslationState of a text (`row`) and the record that has it."""

    row: TranslationState
    record: models.Model

    @property
    def source(self) -> str:
        """The source text as it is now."""
        return text_in_language(self.record, self.row.field, self.row.source)

    @property
    def text(self) -> str:
        """The translation as it is now, "" where it is missing."""
        return text_in_language(self.record, self.row.field, self.row.language)

    @property
    def column(self) -> Column:
        """The model field that the translation is stored in."""
        return model_field(self.record, f"{self.row.field}_{self.row.language}")

    @property
    def name(self) -> str | Promise:
        """The label of the field: title, text, definition."""
        return model_field(self.record, self.row.field).verbose_name

    @property
    def key(self) -> str:
        """The name of the unit in exchange files: goals.objective/GPG 1.3/text/en."""
        return unit_key(self.record, self.row.field, self.row.language)

    @property
    def address(self) -> str:
        """The path of the record's page in the portal, "" where it has none."""
        get_address = getattr(self.record, "get_absolute_url", None)
        return get_address() if get_address else ""

    @cached_property
    def source_diff(self) -> list[DiffPart]:
        """The differences from the source text that was translated to the source text now.

        Empty where it is not known from which text the translation was made.
        """
        return word_diff(self.row.made_from, self.source) if self.row.made_from else []


def model_field(record: models.Model, name: str) -> Column:
    """Return a field of a record's model, which is no relation from another model."""
    return cast(Column, record._meta.get_field(name))


def unit_key(record: models.Model, field: str, language: str) -> str:
    """Return the name of a unit, the same in every installation.

    It consists of the label of the model, the code of the record (else its natural key, else its
    pk), the field and the language: goals.objective/GPG 1.3/text/en.
    """
    get_key = getattr(record, "natural_key", None)
    name = getattr(record, "code", "") or "/".join(map(str, get_key() if get_key else [record.pk]))
    return "/".join([record._meta.label_lower, name, field, language])


def translated_models() -> list[type[RecordedModel]]:
    """Return the models whose texts people translate, in the order of INSTALLED_APPS.

    Models of the source documents are left out.
    """
    return [model for model in recorded_models if not model.is_source and paired_fields(model)]


def rows_to_translate(language: str | None = None) -> models.QuerySet[TranslationState]:
    """Return the states of the translations that have a source text.

    `language` narrows it to the translations into one language.
    """
    labels = [model._meta.label_lower for model in translated_models()]
    rows = TranslationState.objects.filter(model__in=labels)
    rows = rows.exclude(state=TranslationStatus.NOTHING)
    return rows.filter(language=language) if language else rows


def published_rows() -> models.QuerySet[TranslationState]:
    """Return those rows_to_translate() whose records readers may see.

    The managers of models that may have drafts have the method published().
    """
    condition = models.Q()
    for model in translated_models():
        of_model = models.Q(model=model._meta.label_lower)
        published = getattr(model._default_manager, "published", None)
        if published is not None:
            of_model &= models.Q(record__in=published().order_by().values("pk"))
        condition |= of_model
    return rows_to_translate().filter(condition)


def load_units(rows: Iterable[TranslationState]) -> list[Unit]:
    """Return the units of some states, in the same order.

    Units whose record is deleted are left out. This takes one query for each model.
    """
    rows = list(rows)
    record_by_id: dict[tuple[str, int], models.Model] = {}
    for label in {row.model for row in rows}:
        model = apps.get_model(label)
        lookups = list(related_lookups(model))
        records = model._base_manager.filter(
            pk__among=[row.record for row in rows if row.model == label]
        )
        for record in records.select_related(*lookups) if lookups else records:
            record_by_id[label, record.pk] = record
    return [
        Unit(row, record_by_id[row.model, row.record])
        for row in rows
        if (row.model, row.record) in record_by_id
    ]


def related_lookups(model: type[models.Model], prefix: str = "", depth: int = 2) -> Iterator[str]:
    """Yield the look-ups for select_related() that the name and code of a record may need.

    They follow the obligatory relations of a model, `depth` steps far.
    """
    for field in model._meta.concrete_fields:
        if field.related_model is not None and not field.null and depth:
            yield prefix + field.name
            yield from related_lookups(field.related_model, f"{prefix}{field.name}__", depth - 1)


def load_unit(row: TranslationState) -> Unit | None:
    """Return the unit of a state, None where its record is deleted."""
    return next(iter(load_units([row])), None)


def translate(
    row: TranslationState,
    text: str,
    shown_source: str,
    shown_text: str,
    person: Visitor,
    *,
    is_confirmed: bool = False,
    is_reviewed: bool = False,
) -> Unit:
    """Write a translation as a revision of a person, and return its unit afterwards.

    `shown_source` and `shown_text` are the texts that the person, or the file, had before them.
    With `is_confirmed`, the translation counts as up to date even where its text stays the same;
    with `is_reviewed`, the person has compared it with its source and found it right.

    Raises ValidationError, with nothing changed. Its code is "moved" where the source has another
    text now, "conflict" where somebody else has changed the translation, "gone" where the record
    is deleted, and "stale" where an outdated translation would be reviewed. The error of a text
    that its field refuses is that of clean_fields().
    """
    with transaction.atomic():
        unit = lock_unit(row)
        check_unchanged(unit, text, shown_source, shown_text)
        record = unit.record
        if text != unit.text:
            with recording(person):
                setattr(record, unit.column.name, text)
                record.clean_fields(exclude=other_field_names(unit))
                record.save(update_fields=[unit.column.name])
            unit.row.refresh_from_db()
        username = person.get_username()
        if is_confirmed and unit.row.state in TranslationState.OUTDATED_STATUSES:
            staleness.mark_up_to_date(unit.row, unit.source, text, username)
        if is_reviewed:
            review(unit, username)
    return load_unit(unit.row) or unit  # somebody may have deleted the record since


def review(unit: Unit, reviewer_name: str) -> None:
    """Save that a person has compared a translation with its source and found it right.

    Raises ValidationError with the code "stale" where the translation is missing or outdated.
    """
    try:
        staleness.mark_reviewed(unit.row, unit.source, unit.text, reviewer_name)
    except ValueError as error:
        raise ValidationError(
            _("Only what is as new as its source can be reviewed."), code="stale"
        ) from error


@transaction.atomic
def make_source(row: TranslationState) -> Unit:
    """Make a translation the source of its text, and the former source its translation.

    `row` is the state of the translation. Returns its unit. Raises ValidationError with the code
    "gone" where the record is deleted, "missing" where the translation is missing.
    """
    unit = lock_unit(row)
    texts = {code: text_in_language(unit.record, row.field, code) for code in language_codes()}
    if not unit.text:
        raise ValidationError(_("A text that is not there cannot be a source."), code="missing")
    staleness.mark_as_source(unit.row, texts)
    return unit


def lock_unit(row: TranslationState) -> Unit:
    """Return the unit of a state, read again and locked until the transaction ends.

    Raises ValidationError with the code "gone" where the record is deleted.
    """
    record = lock_record(apps.get_model(row.model), row.record)
    stored_row = lock_record(TranslationState, row.pk)
    if record is None or stored_row is None:
        raise ValidationError(_("This record is not there any more."), code="gone")
    return Unit(stored_row, record)


def check_unchanged(unit: Unit, text: str, shown_source: str, shown_text: str) -> None:
    """Raise ValidationError where a unit has other texts than those shown.

    The code is "moved" for the source and "conflict" for the translation. It is no conflict where
    somebody else has written the same `text`.
    """
    if unit.source != shown_source:
        raise ValidationError(
            _("The source has been changed since. Nothing was saved; compare it again."),
            code="moved",
        )
    if unit.text not in (shown_text, text):
        change = last_change(type(unit.record), unit.record.pk)
        name = shown_name(change.revision.author_name) if change else ""
        raise ValidationError(
            _("%(person)s has changed this translation since. Nothing was saved.")
            % {"person": name or _("Somebody")},
            code="conflict",
        )


def other_field_names(unit: Unit) -> set[str]:
    """Return the names of all fields of a record but the column of the translation."""
    return {field.name for field in unit.record._meta.fields} - {unit.column.name} | set(
        translated_fields(type(unit.record))
    )
