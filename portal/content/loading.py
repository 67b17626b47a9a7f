"""Load the records of the content files into the database: all of them, or none."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import translation
from django.utils.translation import gettext_noop
from tqdm import tqdm

from history.recording import Column, recording
from languages.fields import translated_fields
from library.models import ContentModel, Document, Line
from portal.content.files import (
    ContentError,
    ContentRecord,
    RecordProblem,
    key_text,
    read_content,
)
from search.indexing import postponed_indexing

type NaturalKey = tuple[str | int, ...]


class UnresolvedError(Exception):
    """A record refers to another record that does not exist."""


class FileDifference(NamedTuple):
    """A record that differs from the database, with the names of the fields that differ.

    `fields` is empty if the record is not in the database.
    """

    record: ContentRecord
    fields: list[str]

    def __str__(self) -> str:
        difference = f"changes {', '.join(self.fields)}" if self.fields else "is new"
        return f"{self.record.file}, {self.record}: {difference}"


class LoadResult(NamedTuple):
    """The result of a load, written or only compared.

    `counts` has the numbers of records in the files, by the plural name of their model. `changes`
    are the records that differ from the database. `conflicts` are the records that cannot be
    written beside the edits of people.
    """

    counts: Counter[str]
    changes: list[FileDifference]
    conflicts: list[RecordProblem]
    is_written: bool


def load(directory: Path, overwrite: bool = False, show_progress: bool = False) -> LoadResult:
    """Load the content files of a directory into the database, and return the result.

    An empty database is filled. In another one, records that differ are only reported, unless
    `overwrite` is true. Records that people have added are never deleted.
    Raises ContentError with all problems; then nothing is written.
    """
    records = read_content(directory)
    with (
        translation.override("en"),
        recording(comment=gettext_noop("The content files were loaded.")),
        postponed_indexing(),
    ):
        may_write = overwrite or not Document.objects.exists()
        progress = tqdm(records, unit=" records", disable=None if show_progress else True)
        loader = load_records(progress)
        if loader.problems:
            problems = loader.problems if may_write else problems_on_empty_database(records)
            if problems:
                raise ContentError(problems)
        if not may_write:
            transaction.set_rollback(True)
    is_written = may_write and bool(loader.changes)
    return LoadResult(loader.counts, loader.changes, loader.problems, is_written)


def load_records(records: Iterable[ContentRecord]) -> "RecordLoader":
    """Load records one after the other, and return the loader with the results."""
    loader = RecordLoader()
    for record in records:
        loader.load(record)
    return loader


def problems_on_empty_database(records: Sequence[ContentRecord]) -> list[RecordProblem]:
    """Return the problems that the records have on an empty database, without edits of people.

    The database is emptied for it and rolled back.
    """
    with transaction.atomic():
        for model in reversed(dict.fromkeys(record.model for record in records)):
            model._default_manager.all().delete()
        problems = load_records(records).problems
        transaction.set_rollback(True)
    return problems


class RecordLoader:
    """Loads ContentRecords, and collects their counts, changes and problems.

    `instances` has the stored instances by model and natural key, `loaded` the records of the
    files by (model, natural key).
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.changes: list[FileDifference] = []
        self.problems: list[RecordProblem] = []
        self.instances: dict[type[ContentModel], dict[NaturalKey, ContentModel]] = {}
        self.loaded: dict[tuple[type[ContentModel], NaturalKey], ContentRecord] = {}

    def load(self, record: ContentRecord) -> None:
        """Write one record if it differs from the database; add to the changes or the problems."""
        try:
            fields = {name: self.field_value(record, name) for name in record.fields}
            record_key = (record.model, self.natural_key(record, fields))
        except (UnresolvedError, ValidationError, TypeError, ValueError, OverflowError) as error:
            self.problems.append(record.problem(error_text(error)))
            return
        if record_key in self.loaded:
            self.problems.append(record.problem(f"repeats {self.loaded[record_key]}."))
            return
        self.loaded[record_key] = record
        self.counts[str(record.model._meta.verbose_name_plural)] += 1
        instance = self.stored_or_new(record.model, record_key[1])
        is_new = instance.pk is None
        differing = [name for name in fields if is_new or getattr(instance, name) != fields[name]]
        if differing:
            self.write(record, instance, {name: fields[name] for name in differing})

    def write(
        self, record: ContentRecord, instance: ContentModel, fields: Mapping[str, Any]
    ) -> None:
        """Set the fields of an instance, validate and save it."""
        is_new = instance.pk is None
        for name, value in fields.items():
            setattr(instance, name, value)
        try:
            validate(instance)
        except ValidationError as error:
            self.problems.append(record.problem(error_text(error)))
            return
        instance.save(update_fields=None if is_new else list(fields))
        self.instances[record.model][instance.natural_key()] = instance
        self.changes.append(FileDifference(record, [] if is_new else list(fields)))

    def natural_key(self, record: ContentRecord, fields: Mapping[str, Any]) -> NaturalKey:
        """Return the natural key that a record has with these values of its fields."""
        return record.model(**fields).natural_key()

    def stored_or_new(self, model: type[ContentModel], key: NaturalKey) -> ContentModel:
        """Return the stored instance that has a natural key, or a new one."""
        if model not in self.instances:
            relations = list(required_relations(model))
            stored = model._default_manager.all()
            stored = stored.select_related(*relations) if relations else stored
            self.instances[model] = {instance.natural_key(): instance for instance in stored}
        return self.instances[model].get(key) or model()

    def field_value(self, record: ContentRecord, name: str) -> Any:
        """Return the Python value of a field; for a relation, the instance that it refers to.

        Raises UnresolvedError if there is no such instance.
        """
        field = cast("Column", record.model._meta.get_field(name))
        value = record.fields[name]
        if not field.is_relation or value is None:
            return field.to_python(value)
        related = cast("type[ContentModel]", field.related_model)
        is_key = isinstance(value, list)
        target = self.stored_or_new(related, tuple(value)) if is_key else related()
        if target.pk is None:
            raise UnresolvedError(self.missing_reason(related, value))
        return target

    def missing_reason(self, related: type[Model], key: object) -> str:
        """Return the sentence for a natural key that no instance of a model has."""
        if related is Line and isinstance(key, list) and len(key) == 2:
            document = Document.objects.filter(slug=key[0]).first()
            if not document:
                return f"there is no document “{key[0]}”."
            return (
                f"line {key[1]} is out of range: the document has {document.lines.count()} lines."
            )
        return f"there is no {related._meta.verbose_name} “{key_text(key)}”."


def validate(instance: ContentModel) -> None:
    """Raise ValidationError if an instance is not valid; like full_clean(), but faster.

    Relations are not checked, since they exist, nor the unsuffixed columns of translated fields,
    which are never read. Lines are not checked, since add_lines() makes them from a file.
    """
    if isinstance(instance, Line):
        return
    relations = [field.name for field in instance._meta.fields if field.is_relation]
    instance.clean_fields(exclude=[*translated_fields(type(instance)), *relations])
    instance.clean()
    instance.validate_unique()
    instance.validate_constraints()


def error_text(error: Exception) -> str:
    """Return the messages of an exception in one line."""
    return " ".join(getattr(error, "messages", [str(error)]))


def required_relations(model: type[Model]) -> Iterator[str]:
    """Yield the required relations of a model and of its relations, for select_related()."""
    for field in model._meta.fields:
        if field.related_model is not None and not field.null:
            yield field.name
            yield from (f"{field.name}__{name}" for name in required_relations(field.related_model))
