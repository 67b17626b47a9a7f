"""What the last load wrote of each record: by it a load tells what people have edited since."""

import json
from collections.abc import Collection, Mapping
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext_noop

from history.models import Change, ChangeKind, State
from history.recording import Column, record_state
from library.models import ContentModel
from library.models.content import NaturalKeyManager
from operations.models import LoadedRecord
from portal.content.files import ContentRecord

# The comment on the revision of a load.
LOAD_COMMENT = gettext_noop("The content files were loaded.")
BATCH_SIZE = 500

type Identity = tuple[Any, ...]
type Digests = dict[str, str]


class RecordKey(NamedTuple):
    """The label of a model and a primary key."""

    model: str
    record: int


def digest(value: object) -> str:
    """Return a digest of the value of a column, as JSON has it."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


@cache
def new_digests(model: type[ContentModel]) -> Digests:
    """Return the digests of the columns of a new record."""
    return {column: digest(value) for column, value in record_state(model()).items()}


def key_of(row: ContentModel) -> RecordKey:
    """Return the model and primary key of a stored record."""
    return RecordKey(row._meta.label_lower, row.pk)


def identity_fields(model: type[ContentModel]) -> list[str]:
    """Return the fields by which a record is known for ever: its code, else its natural key."""
    if has_code(model):
        return ["code"]
    manager = model._default_manager
    lookups = manager.lookups if isinstance(manager, NaturalKeyManager) else ["pk"]
    return list(dict.fromkeys(lookup.split("__")[0] for lookup in lookups))


def has_code(model: type[models.Model]) -> bool:
    """Whether the records of a model have a permanent code in a column."""
    try:
        return bool(model._meta.get_field("code").concrete)
    except FieldDoesNotExist:
        return False


def file_identity(record: ContentRecord) -> Identity:
    """Return the identity of a record of the files; relations count as their natural key.

    Raises ValidationError or TypeError where a value is of another kind.
    """
    if has_code(record.model) and not record.fields.get("code"):
        # A container whose file leaves the code to the portal.
        own = {
            field.name: field.to_python(record.fields[field.name])
            for field in record.model._meta.concrete_fields
            if field.name in record.fields and not field.is_relation
        }
        container: Any = record.model(**own)
        return (container.first_code(),)
    parts: list[Any] = []
    for name in identity_fields(record.model):
        value = record.fields.get(name)
        column: Column = record.model._meta.get_field(name)  # type: ignore[assignment]
        parts += value if isinstance(value, list) else [column.to_python(value)]
    hash(tuple(parts))  # raises TypeError
    return tuple(parts)


def row_identity(row: ContentModel) -> Identity:
    """Return the identity of a stored record."""
    return (row.code,) if has_code(type(row)) else row.natural_key()  # type: ignore[attr-defined]


class LoadedRecords:
    """The rows of LoadedRecord: `by_key` by model and primary key, `keys` by model and identity."""

    def __init__(self) -> None:
        rows = LoadedRecord.objects.all()
        self.by_key = {RecordKey(row.model, row.record): row for row in rows}
        self.keys = {(row.model, tuple(row.key)): RecordKey(row.model, row.record) for row in rows}

    def digests(self, key: RecordKey) -> Digests:
        """Return the digests of the columns that a record had in its file, {} for no record.

        It is "" for a column that was edited before the first load that remembers.
        """
        row = self.by_key.get(key)
        return dict(row.digests) if row else {}

    def is_edited(self, row: ContentModel, column: str) -> bool:
        """Whether a column of a stored record has another value than was loaded.

        A column that the file did not have then had the value of a new record. What no load has
        written counts as edited.
        """
        last = self.digests(key_of(row))
        former = last.get(column, new_digests(type(row))[column]) if last else ""
        return former != digest(record_state(row)[column])

    def identity(self, key: RecordKey) -> Identity:
        """Return what a record was called in its file."""
        return tuple(self.by_key[key].key)

    def write(
        self, present: Mapping[RecordKey, tuple[Identity, Digests]], labels: Collection[str]
    ) -> None:
        """Replace the rows of some models by those of the records that the files have."""
        gone = [
            row.pk for key, row in self.by_key.items() if key.model in labels and key not in present
        ]
        for start in range(0, len(gone), BATCH_SIZE):
            LoadedRecord.objects.filter(pk__in=gone[start : start + BATCH_SIZE]).delete()
        new: list[LoadedRecord] = []
        changed: list[LoadedRecord] = []
        for key, (identity, digests) in present.items():
            row = self.by_key.get(key) or LoadedRecord(model=key.model, record=key.record)
            if row.pk is None or (row.key, row.digests) != ([*identity], digests):
                (new if row.pk is None else changed).append(row)
                row.key, row.digests = [*identity], digests
        LoadedRecord.objects.bulk_create(new, batch_size=BATCH_SIZE)
        LoadedRecord.objects.bulk_update(changed, ["key", "digests"], batch_size=BATCH_SIZE)


def deleted_by_people(model: type[ContentModel]) -> set[Identity]:
    """Return the identities, as columns have them, of records that people deleted, not a load."""
    columns = identity_columns(model)
    deleted: dict[Identity, str] = {}
    changes = Change.objects.filter(model=model._meta.label_lower, kind=ChangeKind.DELETED)
    for change in changes.order_by("pk").select_related("revision"):
        deleted[state_identity(change.state, columns)] = change.revision.comment
    return {identity for identity, comment in deleted.items() if comment != LOAD_COMMENT}


def identity_columns(model: type[ContentModel]) -> list[str]:
    """Return the columns of identity_fields()."""
    fields = {field.name: field.attname for field in model._meta.concrete_fields}
    return [fields[name] for name in identity_fields(model)]


def state_identity(state: State, columns: list[str]) -> Identity:
    """Return the values of the identity in the state of a record."""
    return tuple(state.get(column) for column in columns)
