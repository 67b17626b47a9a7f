"""Units of translation: one language of one text of a record, beside the source of it."""

from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from history.actors import shown_name
from history.recording import last_change, recording, registered
from languages.fields import paired_fields, translated_fields
from languages.languages import codes, in_language
from languages.text_diff import differences
from translations import staleness
from translations.models import TranslationState, TranslationStatus


@dataclass
class Unit:
    """A translation with its state (`row`), its record, and both wordings as they are now."""

    row: TranslationState
    record: object

    @property
    def source(self):
        return in_language(self.record, self.row.field, self.row.source)

    @property
    def text(self):
        return in_language(self.record, self.row.field, self.row.language)

    @property
    def column(self):
        """The model field that the translation is stored in."""
        return self.record._meta.get_field(f"{self.row.field}_{self.row.language}")

    @property
    def name(self):
        """What the text is called: title, text, definition."""
        return self.record._meta.get_field(self.row.field).verbose_name

    @property
    def key(self):
        """What exchange files call the unit by: goals.objective/GPG 1.3/text/en."""
        return key_of(self.record, self.row.field, self.row.language)

    @property
    def address(self):
        """The address of the record in the portal, "" where it has no page."""
        find = getattr(self.record, "get_absolute_url", None)
        return find() if find else ""

    @cached_property
    def changes(self):
        """The Pieces of what has changed in the source since the translation was made."""
        return differences(self.row.made_from, self.source) if self.row.made_from else []


def key_of(record, field, language):
    """Return what people and files call a text by in one language, the same everywhere."""
    natural = getattr(record, "natural_key", None)
    name = getattr(record, "code", "") or "/".join(map(str, natural() if natural else [record.pk]))
    return "/".join([record._meta.label_lower, name, field, language])


def translated_models():
    """Return the models whose texts people translate, in the order of the portal's rooms."""
    return [model for model in registered if not model.is_source and paired_fields(model)]


def rows_to_translate(language=None):
    """Return the states of all that can be translated, into one language or into any."""
    labels = [model._meta.label_lower for model in translated_models()]
    rows = TranslationState.objects.filter(model__in=labels)
    rows = rows.exclude(state=TranslationStatus.NOTHING)
    return rows.filter(language=language) if language else rows


def units(rows):
    """Return the Units of some states in their order, from two queries per model."""
    rows = list(rows)
    records = {}
    for label in {row.model for row in rows}:
        model = apps.get_model(label)
        related = list(relations(model))
        wanted = model._base_manager.filter(
            pk__among=[row.record for row in rows if row.model == label]
        )
        for record in wanted.select_related(*related) if related else wanted:
            records[label, record.pk] = record
    return [
        Unit(row, records[row.model, row.record])
        for row in rows
        if (row.model, row.record) in records
    ]


def relations(model, prefix="", depth=2):
    """Yield the look-ups of the records that a record of a model names itself by."""
    for field in model._meta.concrete_fields:
        if field.is_relation and not field.null and depth:
            yield prefix + field.name
            yield from relations(field.related_model, f"{prefix}{field.name}__", depth - 1)


def unit_of(row):
    """Return the Unit of a state, None where its record is gone."""
    return next(iter(units([row])), None)


def translate(
    row, text, shown_source, shown_text, person, *, is_confirmed=False, is_reviewed=False
):
    """Write a translation through the gate, and return its Unit as it is then.

    `shown_source` and `shown_text` are the wordings that the person, or the file, had before
    them. With `is_confirmed`, a translation is taken for fresh although it stays as it is; with
    `is_reviewed`, the person has found that it says what its source says.
    Raises ValidationError, having changed nothing, with the code "moved" where the source is
    another one now, "conflict" where somebody else has changed the translation, "gone" where the
    record is not there, "stale" where it is older than the source that it is reviewed with, or
    "invalid".
    """
    with transaction.atomic():
        unit = locked(row)
        check_unmoved(unit, text, shown_source, shown_text)
        record = unit.record
        if text != unit.text:
            with recording(person):
                setattr(record, unit.column.name, text)
                record.clean_fields(exclude=other_fields(unit))
                record.save(update_fields=[unit.column.name])
            unit.row.refresh_from_db()
        name = person.get_username()
        if is_confirmed and unit.row.state in TranslationState.STALE:
            staleness.confirm(unit.row, unit.source, text, name)
        if is_reviewed:
            review(unit, name)
    return unit_of(unit.row)


def review(unit, name):
    try:
        staleness.review(unit.row, unit.source, unit.text, name)
    except ValueError as error:
        raise ValidationError(
            _("Only what is as new as its source can be reviewed."), code="stale"
        ) from error


@transaction.atomic
def make_source(row):
    """Make a translation the source of its text, as the one that was written first.

    Returns its Unit. Raises ValidationError with the code "gone" where the record is not there,
    and "missing" where the translation is not.
    """
    unit = locked(row)
    texts = {code: in_language(unit.record, row.field, code) for code in codes()}
    if not unit.text:
        raise ValidationError(_("A text that is not there cannot be a source."), code="missing")
    staleness.make_source(unit.row, texts)
    return unit


def locked(row):
    """Return the Unit of a state, both locked until the transaction ends."""
    records = apps.get_model(row.model)._base_manager.select_for_update()
    record = records.filter(pk=row.record).first()
    stored = TranslationState.objects.select_for_update().filter(pk=row.pk).first()
    if record is None or stored is None:
        raise ValidationError(_("This record is not there any more."), code="gone")
    return Unit(stored, record)


def check_unmoved(unit, text, shown_source, shown_text):
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


def other_fields(unit):
    """Return the names of the fields that a translation leaves alone."""
    return {field.name for field in unit.record._meta.fields} - {unit.column.name} | set(
        translated_fields(type(unit.record))
    )
