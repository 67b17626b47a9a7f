"""Compares the state of a record before and after a change, column by column, for people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from history.models import Change, ChangeKind, ColumnDiff, State
from history.recording import Column, recorded_fields
from languages.text_diff import word_diff

type NamesOfRecords = Mapping[tuple[type[models.Model], Any], str]  # by model and primary key


def with_diffs(changes: Iterable[Change]) -> list[Change]:
    """Return a list of the changes, each with its ColumnDiffs as `differences`.

    A change is compared with the one before it of the same record; for a deleted record, all
    its columns are removed.
    """
    changes = list(changes)
    states = previous_states(changes)
    names = names_of_related_records(changes, states)
    for change in changes:
        change.differences = list(column_diffs(change, states.get(change.pk), names))
    return changes


def names_of_related_records(
    changes: Sequence[Change], previous: Mapping[int, State]
) -> NamesOfRecords:
    """Return the names of the records that foreign keys point to, by their model and key.

    `previous` maps the key of a change to the state before it.
    """
    keys_by_model: dict[type[models.Model], set[Any]] = {}
    for change in changes:
        model: type[models.Model] = apps.get_model(change.model)
        for field in recorded_fields(model):
            if field.related_model is not None:
                states = (change.state, previous.get(change.pk, {}))
                keys = {state.get(field.attname) for state in states} - {None}
                keys_by_model.setdefault(field.related_model, set()).update(keys)
    names: dict[tuple[type[models.Model], Any], str] = {}
    for model, keys in keys_by_model.items():
        related = [field.name for field in recorded_fields(model) if field.is_relation]
        rows = model._base_manager.filter(pk__among=list(keys))
        for row in rows.select_related(*related) if related else rows:
            names[model, row.pk] = str(row)
    return names


def previous_states(changes: Sequence[Change]) -> dict[int, State]:
    """Return the state of the record before each change, by the key of the change.

    A change of a record that was new or deleted before it is left out.
    """
    same_record = {name: models.OuterRef(name) for name in ("model", "record")}
    earlier = Change.objects.filter(**same_record, pk__lt=models.OuterRef("pk")).order_by("-pk")
    rows = Change.objects.filter(pk__among=[change.pk for change in changes])
    rows_with_earlier = rows.annotate(earlier=models.Subquery(earlier.values("pk")[:1]))
    pairs = dict(rows_with_earlier.exclude(earlier=None).values_list("pk", "earlier"))
    states = Change.objects.in_bulk(list(set(pairs.values())))
    return {
        pk: states[earlier].state
        for pk, earlier in pairs.items()
        if states[earlier].kind != ChangeKind.DELETED
    }


def column_diffs(
    change: Change, before: State | None, names: NamesOfRecords
) -> Iterator[ColumnDiff]:
    """Yield a ColumnDiff for each column whose value differs from that in the state `before`.

    An added record is compared with an empty one, and so is a deleted one.
    """
    model: type[models.Model] = apps.get_model(change.model)
    is_deleted = change.kind == ChangeKind.DELETED
    old = change.state if is_deleted else (before or {})
    new = {} if is_deleted else change.state
    for field in recorded_fields(model):
        left, right = display_value(field, old, names), display_value(field, new, names)
        if left != right:
            yield ColumnDiff(field.verbose_name, column_language(field), word_diff(left, right))


def column_language(field: Column) -> str:
    """Return the code of the language of display_value(), "" where it is not known."""
    if field.is_relation or field.choices or isinstance(field, models.DateField):
        return get_language()  # a text of the interface
    return getattr(field, "language", "")


def display_value(field: Column, state: State, names: NamesOfRecords | None = None) -> str:
    """Return the value of a column in a state as a text for people, "" where it is empty.

    `names` may have the names of related records, by model and key; others are fetched.
    """
    value = state.get(field.attname)
    if value in (None, ""):
        return ""
    related = field.related_model
    if related is not None and names is not None and (related, value) in names:
        return names[related, value]
    if related is not None:
        record = related._base_manager.filter(pk=value).first()
        return str(record) if record else f"{related._meta.verbose_name} {value}"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateField):
        return date_format(field.to_python(value), "DATE_FORMAT")
    return str(value)
