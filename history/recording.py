"""Records every change of a record, however it is made, in a revision with author and time.

The state of a record is the values of its columns, each language of a text in its own; the column
of django-modeltranslation without a language suffix is left out, since its value depends on the
language that was active when the record was last saved. All changes within recording() are one
revision; a change outside of it is a revision of its own.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.db.models.signals import ModelSignal, post_delete, post_save, pre_delete
from django.utils import translation
from django.utils.translation import gettext_noop

from history.actors import Visitor
from history.content_version import bump_version, lock_version, version_at_start
from history.models import Change, ChangeKind, Revision, State, StateEncoder
from history.signals import revision_recorded
from languages.fields import translated_fields

BATCH_SIZE = 500

type Column = models.Field[Any, Any]

recorded_models: "list[type[RecordedModel]]" = []  # filled by register_all()
# The author of the changes of this request or command, and the Recorder of this recording().
acting_author: ContextVar[Visitor | None] = ContextVar("acting", default=None)
current_recorder: "ContextVar[Recorder | None]" = ContextVar("recording", default=None)


class RecordedModel(models.Model):
    """A model whose records have a history."""

    is_source = False  # whether it is a source document, which nobody edits or restores

    class Meta:
        abstract = True

    def delete(self, *arguments: Any, **options: Any) -> tuple[int, dict[str, int]]:
        with recording():
            return super().delete(*arguments, **options)

    def is_public(self) -> bool:
        """Whether readers see the record, or would see it as soon as it is saved."""
        return True


class RecordedQuerySet[M: models.Model](models.QuerySet[M]):
    """Records update() and bulk_create(), which send no signals, and delete() as one revision."""

    def update(self, **values: Any) -> int:
        with recording() as recorder:
            pks = list(self.order_by().values_list("pk", flat=True))
            # Not the rows that others bring into the filter between the two statements.
            updated = super(RecordedQuerySet, self.filter(pk__among=pks)).update(**values)
            recorder.add_records(self.model, pks)
        return updated

    def bulk_create(self, objs: Iterable[M], *arguments: Any, **options: Any) -> list[M]:
        with recording() as recorder:
            created = super().bulk_create(objs, *arguments, **options)
            pks = [row.pk for row in created]
            if None in pks:  # rows that existed were ignored or updated, and have no key here
                pks = list(self.model._base_manager.values_list("pk", flat=True))
            recorder.add_records(self.model, pks)
        return created

    def delete(self) -> tuple[int, dict[str, int]]:
        with recording():
            return super().delete()

    # Not a method of managers, as in Django, which marks all three as `alters_data` by itself.
    delete.queryset_only = True  # type: ignore[attr-defined]  # an attribute of a function


class Recorder:
    """Collects the records that may have changed, and writes the revision at the end.

    `records` has their keys by model, `created` the model and key of those that were created,
    `deleted` the label and last state of those that were deleted, by model and key. `declared`
    says of some records, by the label of their model and their key, whether the author calls
    the change of their source texts minor.
    """

    def __init__(self, author: Visitor | None, comment: str) -> None:
        self.author, self.comment = author, comment
        self.version = version_at_start()
        # The keys of a dictionary are a set in the order of the changes.
        self.records: dict[type[models.Model], dict[int, None]] = {}
        self.created: set[tuple[type[models.Model], int]] = set()
        self.deleted: dict[tuple[type[models.Model], int], tuple[str, State]] = {}
        self.declared: dict[tuple[str, int], bool] = {}
        self.revision: Revision | None = None  # once write() has written it

    def add_records(self, model: type[models.Model], pks: Iterable[int]) -> None:
        """Add records that may have changed; write() compares them with their last change."""
        self.records.setdefault(model, {}).update(dict.fromkeys(pks))

    def collect(self) -> list[Change]:
        """Return an unsaved Change for each record that has changed."""
        return [
            change for model, pks in self.records.items() for change in self.changes(model, pks)
        ]

    def write(self) -> Revision | None:
        """Write and return the revision of the records that have changed, None for none."""
        changes = self.collect()
        if not changes:
            return None
        author = self.author if self.author is not None and self.author.pk else None
        revision = Revision.objects.create(
            author=author,
            author_name=author.get_username() if author else "",
            comment=self.comment[: Revision._meta.get_field("comment").max_length],
        )
        self.revision = revision
        for change in changes:
            change.revision = revision
        Change.objects.bulk_create(changes, batch_size=BATCH_SIZE)
        # What is derived from the content is written by one transaction after the other: two that
        # change texts of one page at the same time would not see each other.
        version = lock_version()
        revision_recorded.send(
            Revision,
            revision=revision,
            changes=changes,
            declared=self.declared,
            is_contended=self.version not in (None, version),
        )
        bump_version()
        return revision

    def changes(self, model: type[models.Model], pks: Iterable[int]) -> Iterator[Change]:
        """Yield an unsaved Change for each record of a model that differs from its last change."""
        previous = last_changes(model, [pk for pk in pks if (model, pk) not in self.created])
        rows = model._base_manager.filter(pk__among=list(pks))
        related = [field.name for field in recorded_fields(model) if field.is_relation]
        present = {row.pk: row for row in (rows.select_related(*related) if related else rows)}
        for pk in pks:
            last, row = previous.get(pk), present.get(pk)
            former = None if last is None or last.kind == ChangeKind.DELETED else last
            if row is not None:
                now = record_state(row)
                if former is None:
                    yield new_change(model, pk, ChangeKind.ADDED, record_label(row), now)
                elif not is_same(model, former.state, now):
                    yield new_change(
                        model, pk, ChangeKind.CHANGED, record_label(row), now, former.state
                    )
            elif former is not None:
                yield new_change(model, pk, ChangeKind.DELETED, former.label, former.state)
            elif (model, pk) in self.deleted and (model, pk) not in self.created and last is None:
                yield new_change(model, pk, ChangeKind.DELETED, *self.deleted[model, pk])


def new_change(
    model: type[models.Model],
    pk: int,
    kind: ChangeKind,
    label: str,
    state: State,
    before: State | None = None,
) -> Change:
    """Return an unsaved Change, whose attribute `before` is the state before it, {} for none."""
    label = label[: Change._meta.get_field("label").max_length]
    change = Change(kind=kind, model=model._meta.label_lower, record=pk, label=label, state=state)
    change.before = before or {}
    return change


@contextmanager
def recording(
    author: Visitor | None = None, comment: str = "", *, savepoint: bool = True
) -> Iterator[Recorder]:
    """Write one revision of all changes in this block, in one transaction; yield its Recorder.

    A block inside another one is part of the outer revision. The author is, by default, that of
    acting_as(). With `savepoint=False`, a transaction around the block is rolled back as a whole
    where the block fails.
    """
    outer = current_recorder.get()
    if outer is not None:
        yield outer
        return
    with transaction.atomic(savepoint=savepoint):
        recorder = Recorder(author or acting_author.get(), str(comment))
        token = current_recorder.set(recorder)
        try:
            yield recorder
        finally:
            current_recorder.reset(token)
        if not transaction.get_rollback():
            recorder.write()


@contextmanager
def collecting() -> Iterator[list[Change]]:
    """Collect the changes of this block in a list that has them at its end, and record none."""
    changes: list[Change] = []
    recorder = Recorder(None, "")
    token = current_recorder.set(recorder)
    try:
        yield changes
    finally:
        current_recorder.reset(token)
    changes += recorder.collect()


@contextmanager
def acting_as(person: Visitor | None) -> Iterator[None]:
    """Make a user the author of all changes in this block."""
    token = acting_author.set(person)
    try:
        yield
    finally:
        acting_author.reset(token)


def last_changes(
    model: type[models.Model], pks: Collection[int], until: datetime | None = None
) -> dict[int, Change]:
    """Return the last Change of each of these records by its key; not all may have one.

    `until` leaves out what was changed after a time.
    """
    if not pks:
        return {}
    rows = Change.objects.filter(model=model._meta.label_lower, record__among=pks).order_by()
    if until is not None:
        rows = rows.filter(revision__made__lte=until)
    last = rows.values("record").annotate(last=Max("id")).values("last")
    return {row.record: row for row in Change.objects.filter(pk__in=last)}


def last_change(model: type[models.Model], pk: int | str) -> Change | None:
    """Return the last Change of a record with its revision, None where there is no history."""
    if not str(pk).isdecimal():  # an address or a form may have any text here
        return None
    changes = Change.objects.filter(model=model._meta.label_lower, record=pk)
    return changes.select_related("revision").first()


@cache
def recorded_fields(model: type[models.Model]) -> list[Column]:
    """Return the fields of a model whose values are in the state of its records."""
    unsuffixed = translated_fields(model)
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in unsuffixed
    ]


def record_state(record: models.Model) -> State:
    """Return the values of a record's columns as JSON has them; None in a text column is ""."""
    values: State = {}
    for field in recorded_fields(type(record)):
        value = getattr(record, field.attname)
        is_text = isinstance(field, models.CharField | models.TextField)
        values[field.attname] = "" if value is None and is_text else value
    state: State = json.loads(json.dumps(values, cls=StateEncoder))
    return state


def is_same(model: type[models.Model], former: State, now: State) -> bool:
    """Whether two states of a record are equal; a column that one lacks has its default there."""
    if former.keys() == now.keys():
        return former == now
    default = record_state(model())
    return {**default, **former} == {**default, **now}


def record_label(record: models.Model) -> str:
    """Return the str() of a record in the language of the documents."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(record)


def create_initial_revision() -> int:
    """Record all records that have no history yet, as they are; return their number."""
    number = 0
    with recording(comment=gettext_noop("The history began.")) as recorder:
        for model in recorded_models:
            known = Change.objects.filter(model=model._meta.label_lower).values("record")
            pks = list(model._base_manager.exclude(pk__in=known).values_list("pk", flat=True))
            recorder.add_records(model, pks)
            number += len(pks)
    return number


# Receivers, for one record that is saved or deleted: by a form, in code, by loaddata, or in a
# cascade.


def after_save(
    sender: type[models.Model], instance: models.Model, created: bool, **options: Any
) -> None:
    """Record a record that was saved (post_save)."""
    with recording() as recorder:
        recorder.add_records(sender, [instance.pk])
        if created:
            recorder.created.add((sender, instance.pk))


def before_delete(sender: type[models.Model], instance: models.Model, **options: Any) -> None:
    """Keep the label and the state of a record until after_delete() (pre_delete)."""
    instance.__dict__["_last_state"] = (record_label(instance), record_state(instance))


def after_delete(sender: type[models.Model], instance: models.Model, **options: Any) -> None:
    """Record a record that was deleted (post_delete)."""
    with recording() as recorder:
        recorder.add_records(sender, [instance.pk])
        recorder.deleted[sender, instance.pk] = instance.__dict__.pop("_last_state")


def register(model: type[RecordedModel]) -> None:
    """Record the changes of a model's records from now on."""
    recorded_models.append(model)
    for signal, receiver in RECEIVERS.items():
        signal.connect(receiver, sender=model, dispatch_uid=f"history {model._meta.label}")


RECEIVERS: dict[ModelSignal, Callable[..., None]] = {
    post_save: after_save,
    pre_delete: before_delete,
    post_delete: after_delete,
}


def register_all() -> None:
    """Register every RecordedModel of the installed apps."""
    for model in apps.get_models():
        if issubclass(model, RecordedModel):
            register(model)
