"""Bring a record back to what it was: after a change, or before it was deleted."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from history.models import ChangeKind
from history.recording import columns, last_change, recording, state
from languages.fields import translated_fields


def restore(change, seen):
    """Make a record what it was after a Change; return it.

    `seen` is the number of the record's last change that the person has seen; where there is a
    later one, nothing is done. Raises ValidationError with a sentence, having changed nothing.
    """
    model = apps.get_model(change.model)
    with recording() as recorder:
        record = model._base_manager.select_for_update().filter(pk=change.record).first()
        last = last_change(model, change.record)
        if last.pk != seen:
            raise ValidationError(
                _("“%(record)s” has been changed since you opened this page. Look at it again.")
                % {"record": last.label},
                code="conflict",
            )
        if not recorder.comment:
            recorder.comment = f"↶ {change.revision}"
        return written(model, record, change)


def written(model, record, change):
    """Write the columns of a record that are not as they were after a change."""
    is_new = record is None
    record = record or model(pk=change.record)
    present = {} if is_new else state(record)
    values = {
        field: change.state[field.attname]
        for field in columns(model)
        if field.attname in change.state
        and (is_new or present.get(field.attname) != change.state[field.attname])
    }
    if values:
        write(record, values, is_new=is_new)
    return record


def write(record, values, *, is_new=False):
    """Write values, as JSON keeps them, to some fields of a record. Raises ValidationError."""
    for field, value in values.items():
        setattr(record, field.attname, field.to_python(value))
    record.full_clean(exclude=translated_fields(type(record)))
    if is_new:
        record.save(force_insert=True)
    else:
        record.save(update_fields=[field.name for field in values])


def restore_deleted(revision):
    """Bring back all records that a revision deleted; return them.

    What stands under another record comes after it. Raises ValidationError with a sentence for
    the first that cannot come back, having changed nothing.
    """
    left = list(revision.changes.filter(kind=ChangeKind.DELETED).order_by("pk"))
    back, problem = [], None
    with recording() as recorder:
        recorder.comment = recorder.comment or f"↶ {revision}"
        while left:
            later = []
            for change in left:
                model = apps.get_model(change.model)
                if model._base_manager.filter(pk=change.record).exists():
                    continue
                try:
                    back.append(written(model, None, change))
                except ValidationError as error:
                    later.append(change)
                    problem = error
            if len(later) == len(left):
                raise problem
            left = later
    return back
