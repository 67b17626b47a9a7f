"""Write the content of the database as the content files that give the same when loaded.

A file has the model and the order of fields of the file of this name in fixtures/; its records
stand in the order of the pages. So equal content gives equal bytes, and a difference shows what was
edited.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, cast

from django.apps import apps
from django.db import models, transaction
from django.utils import translation

from history.recording import Column, recorded_fields
from languages.languages import language_codes, text_in_language
from library.models import (
    ContentModel,
    Correction,
    Correspondence,
    Document,
    Line,
    RegisteredCode,
    Statement,
)
from portal.content.files import (
    FILES,
    FIXTURES,
    OPTIONAL_FILES,
    ContentError,
    ContentRecord,
    RecordProblem,
    document_file,
    field_problems,
    language_problems,
    read_list,
    read_record,
)
from portal.content.references import relation_paths
from portal.content.registry_export import registry_records
from portal.content.registry_file import REGISTRY

type Rows = Sequence[ContentModel]
# What a row stands after, compared part by part; the first part of each says whether it is there.
type SortKey = tuple[tuple[bool, Any], ...]


class FileShape(NamedTuple):
    """The model of the records of a content file, and the order of their fields."""

    model: type[ContentModel]
    fields: list[str]


class ExportResult(NamedTuple):
    """The numbers of records by the plural name of their model, and the bytes of each file."""

    counts: Counter[str]
    contents: dict[str, bytes]


def export(directory: Path, with_drafts: bool = False) -> ExportResult:
    """Write the published content to a directory, with `with_drafts` that of drafts too.

    Raises ContentError with all problems for which the files could not be loaded; then nothing is
    written.
    """
    with transaction.atomic(), translation.override("en"):
        result = content_files(with_drafts)
    for file, content in result.contents.items():
        path = directory / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return result


def content_files(with_drafts: bool) -> ExportResult:
    """Return the content files. Raises ContentError."""
    shapes, problems = file_shapes()
    rows_by_model = exported_rows([shape.model for shape in shapes.values()], with_drafts)
    result = ExportResult(Counter(), {})
    everything: list[ContentRecord] = []
    for file in FILES:
        records = [
            ContentRecord(file, position, type(row), file_fields(row, shapes[file].fields))
            for position, row in enumerate(rows_of_file(shapes, file, rows_by_model), 1)
        ]
        problems += [
            record.problem(reason) for record in records for reason in field_problems(record)
        ]
        result.contents[file] = file_bytes(records)
        everything += records
        if records:
            result.counts[str(records[0].model._meta.verbose_name_plural)] += len(records)
    problems += language_problems(everything)
    exported = {
        (row._meta.label_lower, row.pk): row for rows in rows_by_model.values() for row in rows
    }
    result.contents[REGISTRY] = json_bytes(registry_records(exported))
    for document in cast("list[Document]", rows_by_model[Document]):
        file = document_file(document.slug, document.language)
        result.contents[file] = document.verbatim()
        if not document.is_intact():
            problems.append(RecordProblem(file, "the file", "the lines have another SHA-256."))
    if problems:
        raise ContentError(problems)
    return result


def file_shapes() -> tuple[dict[str, FileShape], list[RecordProblem]]:
    """Return the shape of each file in fixtures/ that has a record or may have none; the problems.

    It is a problem where records of the content have no file.
    """
    shapes: dict[str, FileShape] = {}
    problems: list[RecordProblem] = []
    for file in FILES:
        items, file_problems = read_list(FIXTURES, file)
        record = read_record(file, 1, items[0]) if items else None
        if file in OPTIONAL_FILES and not items:
            shapes[file] = FileShape(OPTIONAL_FILES[file], ["document", "former", "later"])
        if isinstance(record, ContentRecord):
            shapes[file] = FileShape(record.model, list(record.fields))
        problems += [record] if isinstance(record, RecordProblem) else file_problems
    for model in content_models():
        is_named = any(shape.model is model for shape in shapes.values())
        if not is_named and model._base_manager.exists():
            name = str(model._meta.verbose_name_plural)
            problems.append(RecordProblem("fixtures", name, "no file has records of this model."))
    return shapes, problems


def content_models() -> list[type[ContentModel]]:
    """Return all models of the content."""
    return [model for model in apps.get_models() if issubclass(model, ContentModel)]


def exported_rows(
    content: Iterable[type[ContentModel]], with_drafts: bool
) -> dict[type[ContentModel], Rows]:
    """Return the rows of each model that are written, in the order of the files.

    Without drafts, a row that refers to a draft, or to what is left out with it, is left out too.
    """
    rows_by_model: dict[type[ContentModel], Rows] = {}
    left_out: set[tuple[type[models.Model], int]] = set()
    for model in content:
        relations = list(relation_paths(model))
        rows = model._base_manager.order_by("pk")
        rows = rows.select_related(*relations) if relations else rows
        kept = []
        for row in rows:
            targets = {
                (cast("type[models.Model]", field.related_model), getattr(row, field.attname))
                for field in model._meta.concrete_fields
                if field.is_relation and field.name != "replaces"
            }
            is_draft = not getattr(row, "is_published", True)
            if not with_drafts and (is_draft or targets & left_out):
                left_out.add((model, row.pk))
            else:
                kept.append(row)
        by_key = {row.pk: row for row in kept}
        rows_by_model[model] = former_first(sorted(kept, key=lambda row: sort_key(row, by_key)))
    if not with_drafts and Correspondence in rows_by_model:
        rows_by_model[Correspondence] = list(public_rows(rows_by_model[Correspondence]))
    return rows_by_model


def former_first(rows: Sequence[Any]) -> list[Any]:
    """Return rows in their order, but each after the one that it replaces.

    A row that replaces one that is left out replaces none in the files.
    """
    by_key = {row.pk: row for row in rows}
    ordered: dict[int, Any] = {}
    for row in rows:
        chain = [row]
        while (former := by_key.get(getattr(chain[-1], "replaces_id", None) or 0)) not in (
            None,
            *chain,
        ):
            chain.append(former)
        if getattr(chain[-1], "replaces_id", None) and chain[-1].replaces_id not in by_key:
            chain[-1].replaces = None
        ordered |= {each.pk: each for each in reversed(chain) if each.pk not in ordered}
    return list(ordered.values())


def public_rows(rows: Iterable[Any]) -> Iterator[Any]:
    """Yield the rows of concordances of which readers may have seen both codes."""
    public = set(
        RegisteredCode.objects.filter(published_at__isnull=False).values_list("code", flat=True)
    )
    return (row for row in rows if {row.former, row.later} - {""} <= public)


def rows_of_file(
    shapes: Mapping[str, FileShape], file: str, rows_by_model: Mapping[type[ContentModel], Rows]
) -> Iterator[ContentModel]:
    """Yield the rows that stand in a file: of the lines, those with a reason why they are none."""
    if file not in shapes:
        return
    for row in rows_by_model[shapes[file].model]:
        if not isinstance(row, Line) or is_boilerplate(row):
            yield row


def is_boilerplate(line: Line) -> bool:
    """Whether a line has a reason, in any language, why it is no content."""
    return any(text_in_language(line, "boilerplate", code) for code in language_codes())


def sort_key(row: models.Model, by_key: Mapping[int, models.Model]) -> SortKey:
    """Return what a row is sorted by: the order of its model, upwards, without primary keys.

    A statement stands below its container and its parent, a correction at its place in the line.
    `by_key` has the rows of the model, among them the parents.
    """
    if isinstance(row, Statement):
        parent = by_key.get(getattr(row, "parent_id", None) or 0)
        above = sort_key(parent, by_key) if parent else sort_key(row.container, {})
        return (*above, (True, row.number))
    if isinstance(row, Correction):
        place = row.line.text.find(row.original)
        return (*sort_key(row.line, {}), (True, place), (True, row.original))
    parts: list[tuple[bool, Any]] = []
    for name in row._meta.ordering or ():
        value = getattr(row, str(name).removeprefix("-"))
        parts += sort_key(value, {}) if isinstance(value, models.Model) else [present(value)]
    return (*parts, *(present(part) for part in natural_key(row)))


def present(value: Any) -> tuple[bool, Any]:
    """Return a value as a part of a SortKey: None stands before all others."""
    return (value is not None, value)


def natural_key(row: models.Model) -> tuple[str | int, ...]:
    """Return the natural key of a record of the content."""
    return cast("ContentModel", row).natural_key()


def file_fields(row: ContentModel, order: Sequence[str]) -> dict[str, Any]:
    """Return the fields of a row as a content file has them.

    Fields that are not in `order` follow, where they have another value than a new record.
    """
    columns = {field.name: field for field in recorded_fields(type(row))}
    fields = {name: file_value(row, columns[name]) for name in order if name in columns}
    new = type(row)()
    for name, field in columns.items():
        is_text_of_file = name in row.verbatim_fields
        if name not in fields and not is_text_of_file:
            value = file_value(row, field)
            if value != file_value(new, field):
                fields[name] = value
    return fields


def file_value(row: models.Model, field: Column) -> Any:
    """Return the value of a field as a content file has it; a relation as a natural key."""
    value = getattr(row, field.attname)
    if field.is_relation:
        return None if value is None else list(natural_key(getattr(row, field.name)))
    if value is None and isinstance(field, models.CharField | models.TextField):
        return ""
    return value.isoformat() if isinstance(value, date) else value


def file_bytes(records: Iterable[ContentRecord]) -> bytes:
    """Return a content file."""
    items = [{"model": item.model._meta.label_lower, "fields": item.fields} for item in records]
    return json_bytes(items)


def json_bytes(items: list[dict[str, Any]]) -> bytes:
    """Return a list of records as the bytes of a file."""
    return (json.dumps(items, ensure_ascii=False, indent=2) + "\n").encode()
