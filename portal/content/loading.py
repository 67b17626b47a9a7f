"""Write the records of the content files to the database: all of them, or nothing."""

from collections import Counter
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_noop
from tqdm import tqdm

from history.recording import recording
from languages.fields import translated_fields
from library.models import Document, Line
from portal.content.files import ContentError, Record, plain, read
from search.indexing import in_bulk


class UnresolvedError(Exception):
    """A record points to something that is not there."""


class FileDifference(NamedTuple):
    """A record that differs from the database; without fields where it is not there at all."""

    record: Record
    fields: list

    def __str__(self):
        what = f"changes {', '.join(self.fields)}" if self.fields else "is new"
        return f"{self.record.file}, {self.record}: {what}"


class LoadResult(NamedTuple):
    """What a load has done, or would do.

    `counts` are the records looked at, by the plural name of their model; `conflicts` those
    that have no place beside what people have edited, each with the reason.
    """

    counts: Counter
    changes: list
    conflicts: list
    is_written: bool


def load(directory, overwrite=False, show_progress=False):
    """Write the content to the database, and return the LoadResult.

    An empty database is filled. In any other, records that differ are only reported unless
    `overwrite` is true; what people have added is never deleted.
    Raises ContentError, with every problem, after having written nothing.
    """
    records = read(directory)
    with (
        translation.override("en"),
        recording(comment=gettext_noop("The content files were loaded.")),
        in_bulk(),
    ):
        may_write = overwrite or not Document.objects.exists()
        loading = take_over(tqdm(records, unit=" records", disable=None if show_progress else True))
        if loading.problems:
            problems = loading.problems if may_write else problems_on_empty_database(records)
            if problems:
                raise ContentError(problems)
        if not may_write:
            transaction.set_rollback(True)
    is_written = may_write and bool(loading.changes)
    return LoadResult(loading.counts, loading.changes, loading.problems, is_written)


def take_over(records):
    loading = Loading()
    for record in records:
        loading.take(record)
    return loading


def problems_on_empty_database(records):
    """Return what is wrong with the records by themselves, whatever people have edited."""
    with transaction.atomic():
        for model in reversed(dict.fromkeys(record.model for record in records)):
            model._default_manager.all().delete()
        problems = take_over(records).problems
        transaction.set_rollback(True)
    return problems


class Loading:
    """Takes over record after record, and remembers what came of it."""

    def __init__(self):
        self.counts, self.changes, self.problems = Counter(), [], []
        self.known, self.taken = {}, {}

    def take(self, record):
        """Write one record, and note its change or its problem."""
        try:
            fields = {name: self.resolve(record, name) for name in record.fields}
            record_key = (record.model, self.key(record, fields))
        except (UnresolvedError, ValidationError, TypeError, ValueError) as error:
            self.problems.append(record.problem(sentence(error)))
            return
        if record_key in self.taken:
            self.problems.append(record.problem(f"repeats {self.taken[record_key]}."))
            return
        self.taken[record_key] = record
        self.counts[str(record.model._meta.verbose_name_plural)] += 1
        instance = self.find(record.model, record_key[1])
        is_new = instance.pk is None
        differing = [name for name in fields if is_new or getattr(instance, name) != fields[name]]
        if differing:
            self.write(record, instance, {name: fields[name] for name in differing})

    def write(self, record, instance, fields):
        is_new = instance.pk is None
        for name, value in fields.items():
            setattr(instance, name, value)
        try:
            check(instance)
        except ValidationError as error:
            self.problems.append(record.problem(sentence(error)))
            return
        instance.save(update_fields=None if is_new else list(fields))
        self.known[record.model][instance.natural_key()] = instance
        self.changes.append(FileDifference(record, [] if is_new else list(fields)))

    def key(self, record, fields):
        return record.model(**fields).natural_key()

    def find(self, model, key):
        """Return the record of the database that has this natural key, or a new one."""
        if model not in self.known:
            relations = list(required_relations(model)) or [None]
            stored = model._default_manager.select_related(*relations)
            self.known[model] = {record.natural_key(): record for record in stored}
        return self.known[model].get(key) or model()

    def resolve(self, record, name):
        """Return the value of a field: the record that it points to, or its plain value."""
        field, value = record.model._meta.get_field(name), record.fields[name]
        if not field.is_relation or value is None:
            return field.to_python(value)
        related = field.related_model
        target = self.find(related, tuple(value)) if isinstance(value, list) else related()
        if target.pk is None:
            raise UnresolvedError(self.reason(related, value))
        return target

    def reason(self, related, key):
        if related is Line and isinstance(key, list) and len(key) == 2:
            document = Document.objects.filter(slug=key[0]).first()
            if not document:
                return f"there is no document “{key[0]}”."
            return (
                f"line {key[1]} is out of range: the document has {document.lines.count()} lines."
            )
        return f"there is no {related._meta.verbose_name} “{plain(key)}”."


def check(instance):
    """Raise ValidationError where a record is wrong, as full_clean() does.

    Relations are known to exist, and the unsuffixed columns are nobody's: they are neither
    checked nor read. Lines are made from the file one after the other, and cannot be wrong.
    """
    if isinstance(instance, Line):
        return
    relations = [field.name for field in instance._meta.fields if field.is_relation]
    instance.clean_fields(exclude=[*translated_fields(type(instance)), *relations])
    instance.clean()
    instance.validate_unique()
    instance.validate_constraints()


def sentence(error):
    """Return what an exception says in one line."""
    return " ".join(getattr(error, "messages", [str(error)]))


def required_relations(model):
    """Yield the relations that natural keys are made of, as select_related() takes them."""
    for field in model._meta.fields:
        if field.is_relation and not field.null:
            yield field.name
            yield from (f"{field.name}__{name}" for name in required_relations(field.related_model))
