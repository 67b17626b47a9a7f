"""Restores the state of a record after a change, or records that were deleted."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from history.locking import lock_record
from history.models import Change, ChangeKind, Revision
from history.recording import Column, last_change, record_state, recorded_fields, recording
from languages.fields import translated_fields


def restore(change: Change, seen: int) -> models.Model:
    """Give a record the values that it had after a Change; return the record.

    `seen` is the key of the last change of the record that the person has seen. Raises
    ValidationError, and changes nothing, where there is a later one or the values are not valid.
    """
    model = apps.get_model(change.model)
    with recording() as recorder:
        record = lock_record(model, change.record)
        if record is None:  # another person may be restoring it too
            lock_deletion(last_change(model, change.record) or change)
            record = lock_record(model, change.record)
        last = last_change(model, change.record) or change  # there is this one at least
        if last.pk != seen:
            raise ValidationError(
                _("“%(record)s” has been changed since you opened this page. Look at it again.")
                % {"record": last.label},
                code="conflict",
            )
        if not recorder.comment:
            recorder.comment = f"↶ {change.revision}"
        return write_state(model, record, change)


def lock_deletion(change: Change) -> None:
    """Lock the revision that deleted a record, since the record is not there to be locked."""
    lock_record(Revision, change.revision_id)


def write_state(
    model: type[models.Model], record: models.Model | None, change: Change
) -> models.Model:
    """Write the columns of a record that differ from those after a change; return the record.

    `record` is None where it was deleted: it gets its former key. Raises ValidationError.
    """
    is_new = record is None
    record = record or model(pk=change.record)
    current = {} if is_new else record_state(record)
    values = {
        field: change.state[field.attname]
        for field in recorded_fields(model)
        if field.attname in change.state
        and (is_new or current.get(field.attname) != change.state[field.attname])
    }
    if values:
        write_values(record, values, is_new=is_new)
    return record


def write_values(
    record: models.Model, values: Mapping[Column, Any], *, is_new: bool = False
) -> None:
    """Validate and save some fields of a record. Raises ValidationError.

    `values` maps each field to its value as JSON has it.
    """
    for field, value in values.items():
        setattr(record, field.attname, field.to_python(value))
    record.full_clean(exclude=translated_fields(type(record)))
    if is_new:
        record.save(force_insert=True)
    else:
        record.save(update_fields=[field.name for field in values])


def restore_deleted(revision: Revision) -> list[models.Model]:
    """Restore all records that a revision deleted, parents before children; return them.

    Raises ValidationError, and changes nothing, where one of them cannot be restored.
    """
    remaining = list(revision.changes.filter(kind=ChangeKind.DELETED).order_by("pk"))
    restored: list[models.Model] = []
    with recording() as recorder:
        lock_record(Revision, revision.pk)
        recorder.comment = recorder.comment or f"↶ {revision}"
        while remaining:
            # A record is not valid before its parent is restored: it is tried again.
            failed: list[Change] = []
            problems: list[ValidationError] = []
            for change in remaining:
                model = apps.get_model(change.model)
                if model._base_manager.filter(pk=change.record).exists():
                    continue
                try:
                    restored.append(write_state(model, None, change))
                except ValidationError as error:
                    failed.append(change)
                    problems.append(error)
            if len(failed) == len(remaining):
                raise problems[-1]
            remaining = failed
    return restored
