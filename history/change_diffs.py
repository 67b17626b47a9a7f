"""What a change changed, in words that people read."""

from typing import NamedTuple

from django.apps import apps
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from history.models import Change, ChangeKind
from history.recording import columns
from languages.text_diff import differences


class ColumnDiff(NamedTuple):
    """A column that a change changed: its name, its language if it has one, and the wordings."""

    name: str
    language: str
    pieces: list


def with_diffs(changes):
    """Return the changes, each with the Differences to the one before it of the same record.

    A change gets `differences`, and of a deleted record all that it was.
    """
    changes = list(changes)
    before = previous(changes)
    names = names_of_related(changes, before)
    for change in changes:
        change.differences = list(column_diffs(change, before.get(change.pk), names))
    return changes


def names_of_related(changes, before):
    """Return what the records are called that the changed ones point to, by model and key."""
    wanted = {}
    for change in changes:
        for field in columns(apps.get_model(change.model)):
            if field.is_relation:
                states = (change.state, before.get(change.pk, {}))
                keys = {values.get(field.attname) for values in states} - {None}
                wanted.setdefault(field.related_model, set()).update(keys)
    names = {}
    for model, keys in wanted.items():
        related = [field.name for field in columns(model) if field.is_relation]
        rows = model._base_manager.filter(pk__among=list(keys))
        for row in rows.select_related(*related) if related else rows:
            names[model, row.pk] = str(row)
    return names


def previous(changes):
    """Return the state of each change's record before it, by the change's key."""
    same = {name: models.OuterRef(name) for name in ("model", "record")}
    earlier = Change.objects.filter(**same, pk__lt=models.OuterRef("pk")).order_by("-pk")
    pairs = Change.objects.filter(pk__among=[change.pk for change in changes])
    pairs = pairs.annotate(earlier=models.Subquery(earlier.values("pk")[:1]))
    pairs = dict(pairs.exclude(earlier=None).values_list("pk", "earlier"))
    states = Change.objects.in_bulk(list(set(pairs.values())))
    return {
        pk: states[earlier].state
        for pk, earlier in pairs.items()
        if states[earlier].kind != ChangeKind.DELETED
    }


def column_diffs(change, before, names):
    """Yield the Differences of a change; a record that is new or gone differs from nothing."""
    model = apps.get_model(change.model)
    is_deleted = change.kind == ChangeKind.DELETED
    old = change.state if is_deleted else (before or {})
    new = {} if is_deleted else change.state
    for field in columns(model):
        one, other = in_words(field, old, names), in_words(field, new, names)
        if one != other:
            yield ColumnDiff(field.verbose_name, language_of(field), differences(one, other))


def language_of(field):
    """Return the language that the words of a column are in, "" where that is not known."""
    if field.is_relation or field.choices or isinstance(field, models.DateField):
        return get_language()  # words of the interface
    return getattr(field, "language", "")


def in_words(field, values, names=None):
    """Return the value of a column as people read it; `names` may have those of other records."""
    value = values.get(field.attname)
    if value in (None, ""):
        return ""
    if field.is_relation and (field.related_model, value) in (names or {}):
        return names[field.related_model, value]
    if field.is_relation:
        record = field.related_model._base_manager.filter(pk=value).first()
        return str(record) if record else f"{field.related_model._meta.verbose_name} {value}"
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, models.DateField):
        return date_format(field.to_python(value), "DATE_FORMAT")
    return str(value)
