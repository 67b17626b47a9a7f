"""Keeps the history of records: whatever changes them, a revision says who, when and what.

A record's columns are kept as they are in the database, each language of a text in its own; the
unsuffixed column of django-modeltranslation is left out, since what it holds depends on who
saved last. What happens within recording() is one revision; a change outside is its own.
"""

import json
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Max
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils import translation
from django.utils.translation import gettext_noop

from history.content_version import bump
from history.models import Change, ChangeKind, Revision, StateEncoder
from history.signals import revision_recorded
from languages.fields import translated_fields

BATCH_SIZE = 500

registered = []
# Who works in this request or command, and what they do at once.
acting = ContextVar("acting", default=None)
current = ContextVar("recording", default=None)


class RecordedModel(models.Model):
    """A model whose records have a history. Nobody edits those of a source (`is_source`)."""

    is_source = False

    class Meta:
        abstract = True

    def delete(self, *arguments, **options):
        with recording():
            return super().delete(*arguments, **options)


class RecordedQuerySet(models.QuerySet):
    """Many records changed at once, which sends no signals, are recorded too."""

    def update(self, **values):
        with recording() as record:
            pks = list(self.order_by().values_list("pk", flat=True))
            updated = super().update(**values)
            record.touch(self.model, pks)
        return updated

    update.alters_data = True

    def bulk_create(self, objs, *arguments, **options):
        with recording() as record:
            created = super().bulk_create(objs, *arguments, **options)
            pks = [row.pk for row in created]
            if None in pks:  # rows that were there already have been left or changed
                pks = list(self.model._base_manager.values_list("pk", flat=True))
            record.touch(self.model, pks)
        return created

    bulk_create.alters_data = True

    def delete(self):
        with recording():
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True


class Recorder:
    """What is done at once: the records that were touched, by their model."""

    def __init__(self, author, comment):
        self.author, self.comment = author, comment
        self.touched, self.new, self.gone = {}, set(), {}
        self.declared = {}  # whether a change of a record's sources is minor, where somebody says

    def touch(self, model, pks):
        self.touched.setdefault(model, {}).update(dict.fromkeys(pks))

    def write(self):
        """Write a revision of all that is not as it was last recorded; return it, or None."""
        changes = [change for model, pks in self.touched.items() for change in self.of(model, pks)]
        if not changes:
            return None
        author = self.author if getattr(self.author, "pk", None) else None
        revision = Revision.objects.create(
            author=author,
            author_name=author.get_username() if author else "",
            comment=self.comment[: Revision._meta.get_field("comment").max_length],
        )
        for change in changes:
            change.revision = revision
        Change.objects.bulk_create(changes, batch_size=BATCH_SIZE)
        revision_recorded.send(Revision, revision=revision, changes=changes, declared=self.declared)
        bump()
        return revision

    def of(self, model, pks):
        """Yield the Change of each touched record of a model, as the database has it now."""
        previous = last_changes(model, [pk for pk in pks if (model, pk) not in self.new])
        rows = model._base_manager.filter(pk__among=list(pks))
        related = [field.name for field in columns(model) if field.is_relation]
        present = {row.pk: row for row in (rows.select_related(*related) if related else rows)}
        for pk in pks:
            last, row = previous.get(pk), present.get(pk)
            was_there = last is not None and last.kind != ChangeKind.DELETED
            if row is not None:
                now = state(row)
                if not was_there:
                    yield made(model, pk, ChangeKind.ADDED, label(row), now)
                elif last.state != now:
                    yield made(model, pk, ChangeKind.CHANGED, label(row), now, last.state)
            elif was_there:
                yield made(model, pk, ChangeKind.DELETED, last.label, last.state)
            elif (model, pk) in self.gone and (model, pk) not in self.new and last is None:
                yield made(model, pk, ChangeKind.DELETED, *self.gone[model, pk])


def made(model, pk, kind, name, values, before=None):
    """Return a Change, with the state of the record before it (`before`)."""
    name = name[: Change._meta.get_field("label").max_length]
    change = Change(kind=kind, model=model._meta.label_lower, record=pk, label=name, state=values)
    change.before = before or {}
    return change


@contextmanager
def recording(author=None, comment="", *, savepoint=True):
    """Make one revision of all that changes in this block, in a transaction of its own or within.

    A block within another is part of its revision. Without `savepoint`, the transaction around
    it is lost where the block fails.
    """
    outer = current.get()
    if outer is not None:
        yield outer
        return
    with transaction.atomic(savepoint=savepoint):
        recorder = Recorder(author or acting.get(), str(comment))
        token = current.set(recorder)
        try:
            yield recorder
        finally:
            current.reset(token)
        if not transaction.get_rollback():
            recorder.write()


@contextmanager
def acting_as(person):
    """Make a person the author of what changes in this block."""
    token = acting.set(person)
    try:
        yield
    finally:
        acting.reset(token)


def last_changes(model, pks):
    """Return the last Change of each of some records that have any, by their keys."""
    if not pks:
        return {}
    rows = Change.objects.filter(model=model._meta.label_lower, record__among=pks).order_by()
    last = rows.values("record").annotate(last=Max("id")).values("last")
    return {row.record: row for row in Change.objects.filter(pk__in=last)}


def last_change(model, pk):
    """Return the last Change of a record with its revision, None where there is no history."""
    if not str(pk).isdecimal():  # an address or a form may say anything
        return None
    changes = Change.objects.filter(model=model._meta.label_lower, record=pk)
    return changes.select_related("revision").first()


@cache
def columns(model):
    """Return the fields of a model that a state consists of."""
    unsuffixed = translated_fields(model)
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in unsuffixed
    ]


def state(record):
    """Return the columns of a record as JSON keeps them; a text that is not there is ""."""
    values = {}
    for field in columns(type(record)):
        value = getattr(record, field.attname)
        is_text = isinstance(field, models.CharField | models.TextField)
        values[field.attname] = "" if value is None and is_text else value
    return json.loads(json.dumps(values, cls=StateEncoder))


def label(record):
    with translation.override(settings.LANGUAGE_CODE):
        return str(record)


def begin():
    """Record all records that have no history yet, as they are; return how many there were."""
    number = 0
    with recording(comment=gettext_noop("The history began.")) as record:
        for model in registered:
            known = Change.objects.filter(model=model._meta.label_lower).values("record")
            pks = list(model._base_manager.exclude(pk__in=known).values_list("pk", flat=True))
            record.touch(model, pks)
            number += len(pks)
    return number


# One record is saved or deleted: by a form, in code, by loaddata, or by the end of another one.


def after_save(sender, instance, created, **options):
    with recording() as record:
        record.touch(sender, [instance.pk])
        if created:
            record.new.add((sender, instance.pk))


def before_delete(sender, instance, **options):
    instance._last_state = (label(instance), state(instance))


def after_delete(sender, instance, **options):
    with recording() as record:
        record.touch(sender, [instance.pk])
        record.gone[sender, instance.pk] = instance.__dict__.pop("_last_state")


def register(model):
    """Keep the history of a model's records."""
    registered.append(model)
    for signal, receiver in RECEIVERS.items():
        signal.connect(receiver, sender=model, dispatch_uid=f"history {model._meta.label}")


RECEIVERS = {post_save: after_save, pre_delete: before_delete, post_delete: after_delete}


def register_all():
    """Keep the history of every RecordedModel."""
    for model in apps.get_models():
        if issubclass(model, RecordedModel):
            register(model)
