"""Find the stored records that the records of the content files refer to."""

from collections.abc import Iterator
from typing import Any, cast

from django.db import models

from history.recording import Column
from library.models import Cited, ContentModel, Document, Line
from portal.content.files import ContentRecord, key_text
from portal.content.loaded import Identity, file_identity


class UnresolvedError(Exception):
    """A record refers to another record that does not exist."""


class References:
    """The stored rows by model, primary key and natural key.

    A natural key in the files means the row of that record, also where people gave the row another
    address.
    """

    def __init__(self) -> None:
        self.rows_by_model: dict[type[ContentModel], dict[int, ContentModel]] = {}
        self.stored: dict[type[ContentModel], dict[Identity, ContentModel]] = {}
        self.named: dict[tuple[type[ContentModel], Identity], ContentModel] = {}

    def rows(self, model: type[ContentModel]) -> dict[int, ContentModel]:
        """Return the stored rows of a model by primary key."""
        if model not in self.rows_by_model:
            relations = list(relation_paths(model))
            rows = model._default_manager.all()
            rows = rows.select_related(*relations) if relations else rows
            self.rows_by_model[model] = {row.pk: row for row in rows}
            self.stored[model] = {
                row.natural_key(): row for row in self.rows_by_model[model].values()
            }
        return self.rows_by_model[model]

    def name(self, record: ContentRecord, row: ContentModel) -> None:
        """Let the natural key of a record of the files mean a row."""
        self.named[record.model, file_key(record)] = row

    def find(self, model: type[ContentModel], key: Identity) -> ContentModel | None:
        """Return the row that a natural key in the files means, None for no row."""
        self.rows(model)
        return self.named.get((model, key)) or self.stored[model].get(key)

    def field_value(self, record: ContentRecord, name: str) -> Any:
        """Return the Python value of a field; for a relation, the row that it refers to.

        Raises UnresolvedError if there is no such row.
        """
        field = cast("Column", record.model._meta.get_field(name))
        value = record.fields[name]
        if not field.is_relation or value is None:
            return field.to_python(value)
        related = cast("type[ContentModel]", field.related_model)
        row = self.find(related, tuple(value)) if isinstance(value, list) else None
        if row is None:
            raise UnresolvedError(missing_reason(related, value))
        return row


def file_key(record: ContentRecord) -> Identity:
    """Return the natural key of a record of the files."""
    if not issubclass(record.model, Cited):
        return file_identity(record)
    field = cast("Column", record.model._meta.get_field(record.model.key_field))
    return (field.to_python(record.fields.get(field.name)),)


def missing_reason(related: type[models.Model], key: object) -> str:
    """Return the sentence for a natural key that no row of a model has."""
    if related is Line and isinstance(key, list) and len(key) == 2:
        document = Document.objects.filter(slug=key[0]).first()
        if not document:
            return f"there is no document “{key[0]}”."
        return f"line {key[1]} is out of range: the document has {document.lines.count()} lines."
    return f"there is no {related._meta.verbose_name} “{key_text(key)}”."


def relation_paths(model: type[models.Model]) -> Iterator[str]:
    """Yield the look-ups of the relations of a model and of theirs, for select_related()."""
    for field in model._meta.concrete_fields:
        if field.related_model is not None:
            yield field.name
            if field.related_model is not model:
                yield from (f"{field.name}__{path}" for path in relation_paths(field.related_model))
