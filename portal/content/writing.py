"""Validate the records of a load, and make way for those that take each other's places."""

from collections.abc import Iterable

from django.db import models

from languages.fields import translated_fields
from library.models import ContentModel, Line
from portal.content.loaded import identity_fields

PARKING = 30_000  # numbers that no record has, below the limit of PositiveSmallIntegerField


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


def exchangeable_fields(model: type[ContentModel]) -> list[str]:
    """Return the numbers and texts that no two rows of a model share, and a row may change."""
    names = [field.name for field in model._meta.concrete_fields if field.unique]
    for constraint in model._meta.constraints:
        names += constraint.fields if isinstance(constraint, models.UniqueConstraint) else ()
    fields = {field.name: field for field in model._meta.concrete_fields}
    return [
        name
        for name in dict.fromkeys(names)
        if name not in identity_fields(model)
        and not fields[name].primary_key
        and not fields[name].is_relation
    ]


def park(model: type[ContentModel], rows: Iterable[tuple[ContentModel, Iterable[str]]]) -> None:
    """Give fields of rows values that no other row has, until they are written or deleted.

    So two rows can take each other's numbers. The rows in memory keep their values.
    """
    for number, (row, names) in enumerate(rows):
        values: dict[str, object] = {}
        for name in names:
            field = model._meta.get_field(name)
            is_number = isinstance(field, models.IntegerField)
            values[name] = PARKING + number if is_number else f"parked-{row.pk}"
        if values:
            model._base_manager.filter(pk=row.pk).update(**values)
