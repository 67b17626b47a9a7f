"""Read the content files: lists of records in JSON, and the documents byte for byte.

A record is an object with "model" and "fields", as in Django's fixtures. Records point to each
other by natural key, and each text has its language in the name of its field (title_ar, title_en).
The texts of the documents are not in the JSON files but in documents/; each line of such a file
becomes a record of the model Line.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, cast

from django.apps import apps
from django.conf import settings
from django.db import models

from history.recording import Column
from languages.fields import paired_fields, translated_fields
from languages.languages import required_languages, source_language
from library.models import ContentModel, Correspondence, Document, Line

FIXTURES = settings.BASE_DIR / "fixtures"

# In this order, because later files refer to records of earlier ones.
FILES = [
    "library/documents.json",
    "library/official_versions.json",
    "library/boilerplate.json",
    "library/corrections.json",
    "library/notes.json",
    "library/articles.json",
    "library/paragraphs.json",
    "library/placements.json",
    "library/glossary.json",
    "goals/goals.json",
    "goals/objectives.json",
    "crosscutting/themes.json",
    "crosscutting/commitments.json",
    "sdg_links/sdgs.json",
    "sdg_links/links.json",
    "dialogue/rounds.json",
    "dialogue/highlights.json",
    "dialogue/participants.json",
    "library/correspondences.json",
]
# Content that not every portal has: the file may be empty or missing.
OPTIONAL_FILES = {"library/correspondences.json": Correspondence}


class RecordProblem(NamedTuple):
    """A problem of a record or of a whole file; `reason` is the end of a sentence about it."""

    file: str
    record: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, {self.record}: {self.reason}"


class FileDifference(NamedTuple):
    """A record that a load wrote, removed or left, as a sentence says it."""

    file: str
    record: str
    difference: str

    def __str__(self) -> str:
        return f"{self.file}, {self.record}: {self.difference}"


class ContentError(Exception):
    """The content files have problems, and nothing was written."""

    def __init__(self, problems: list[RecordProblem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems

    def report(self) -> str:
        """Return the number of problems, and each on a line of its own."""
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        return f"Problems found: {len(self.problems)}\n{lines}"


class ContentRecord(NamedTuple):
    """One object of a content file; `position` counts from 1, `fields` are values by field name."""

    file: str
    position: int
    model: type[ContentModel]
    fields: dict[str, Any]

    def __str__(self) -> str:
        names = ["code", "slug", "goal", "sdg", "target", "line", "year", "number", "term"]
        names += ["former", "later"]
        values = [
            f"{name} {key_text(self.fields[name])}" for name in names if self.fields.get(name)
        ]
        return f"record {self.position} ({', '.join(values[:3])})"

    def problem(self, reason: str) -> RecordProblem:
        """Return a problem of this record."""
        return RecordProblem(self.file, str(self), reason)


def key_text(key: object) -> str:
    """Return a natural key (a list) or a single value as a text."""
    return " ".join(str(part) for part in key) if isinstance(key, list) else str(key)


def read_content(directory: Path) -> list[ContentRecord]:
    """Return the records of all content files, with the lines of the documents.

    Raises ContentError with all problems that do not need the database: a file that is missing
    or not JSON, an unknown model or field, a text without a language, a missing language, a
    document with another SHA-256 than its record has.
    """
    records: list[ContentRecord] = []
    problems: list[RecordProblem] = []
    for file in FILES:
        items, file_problems = read_list(directory, file)
        problems += file_problems
        for position, item in enumerate(items, 1):
            record = read_record(file, position, item)
            if isinstance(record, RecordProblem):
                problems.append(record)
            else:
                problems += [record.problem(reason) for reason in field_problems(record)]
                records.append(record)
    problems += language_problems(records)
    problems += code_problems(records)
    if problems:
        raise ContentError(problems)
    return add_lines(directory, records)


def read_list(directory: Path, file: str) -> tuple[list[Any], list[RecordProblem]]:
    """Return the objects of a JSON file, and the problems of the whole file."""
    try:
        items = json.loads((directory / file).read_text(encoding="utf-8"))
    except OSError as error:
        if file in OPTIONAL_FILES and isinstance(error, FileNotFoundError):
            return [], []
        return [], [RecordProblem(file, "the file", "cannot be read.")]
    except (ValueError, RecursionError) as error:
        return [], [RecordProblem(file, "the file", f"is not valid JSON: {error}.")]
    if not isinstance(items, list):
        return [], [RecordProblem(file, "the file", "is not a list of records.")]
    return items, []


def read_record(file: str, position: int, item: Any) -> ContentRecord | RecordProblem:
    """Return an object of a JSON file as a record, or the problem where it does not have the form.

    Only models of the content are read: a file cannot write an account.
    """
    label = item.get("model") if isinstance(item, dict) else None
    model = None
    with suppress(LookupError, ValueError):
        model = apps.get_model(label) if isinstance(label, str) else None
    if model is None or not isinstance(item.get("fields"), dict):
        reason = "is not an object with “fields” and a “model” that exists."
        return RecordProblem(file, f"record {position}", reason)
    if not issubclass(model, ContentModel):
        reason = f"“{label}” is not a model of the content."
        return RecordProblem(file, f"record {position}", reason)
    return ContentRecord(file, position, model, dict(item["fields"]))


def code_problems(records: Sequence[ContentRecord]) -> Iterator[RecordProblem]:
    """Yield a problem for each code that an earlier record of another model has."""
    holders: dict[str, ContentRecord] = {}
    for record in records:
        code = record.fields.get("code")
        if isinstance(code, str) and code:
            holder = holders.setdefault(code, record)
            if holder.model is not record.model:
                reason = f"the code {code} stands for {holder.file}, {holder}, already."
                yield record.problem(reason)


def field_problems(record: ContentRecord) -> Iterator[str]:
    """Yield the end of a sentence for each problem of the fields of a record."""
    translated = translated_fields(record.model)
    columns = {field.name: field for field in record.model._meta.concrete_fields}
    for name, value in record.fields.items():
        field = columns.get(name)
        if field is None or field.primary_key:
            yield f"there is no field “{name}”."
            continue
        if name in translated:
            yield f"“{name}” has to name its language, as in {name}_ar."
        is_text = isinstance(field, models.CharField | models.TextField)
        if is_text and not isinstance(value, str | None):
            yield f"“{name}” has to be a text."
        if isinstance(value, str) and not can_be_stored(value):
            yield f"“{name}” has a character that no database stores."
    if record.model is Line:
        yield from boilerplate_problems(record)
    yield from missing_fields(record, translated)


def can_be_stored(text: str) -> bool:
    """Whether a text has neither NUL nor half a character (a surrogate, which UTF-8 has not)."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def boilerplate_problems(record: ContentRecord) -> Iterator[str]:
    """Yield the end of a sentence for each reason why a record does not name a line."""
    document, number = record.fields.get("document"), record.fields.get("number")
    if not (isinstance(document, list) and len(document) == 1 and isinstance(document[0], str)):
        yield "“document” has to be a list with the address of a document."
    if not isinstance(number, int) or isinstance(number, bool):
        yield "“number” has to be the number of a line."
    if "text" in record.fields:
        yield "“text” comes from the file of the document alone."


def missing_fields(record: ContentRecord, translated: Sequence[str]) -> Iterator[str]:
    """Yield the end of a sentence for each required field, not translated, without a value."""
    key_field = getattr(record.model, "key_field", None)
    for field in record.model._meta.concrete_fields:
        is_optional = field.null or field.blank or field.has_default() or field.primary_key
        is_needed = field.name == key_field or not is_optional
        if is_needed and field.name not in translated and not has_value(record, field.name):
            yield f"“{field.name}” is missing."


def has_value(record: ContentRecord, name: str) -> bool:
    """Whether a field of a record is there and not empty."""
    return record.fields.get(name) not in (None, "")


def language_problems(records: Sequence[ContentRecord]) -> Iterator[RecordProblem]:
    """Yield a problem for each text that lacks a language; that of a draft needs its source only.

    A draft is also what belongs to one: its statements, and the corrections of its lines.
    """
    drafts: set[tuple[object, str]] = set()  # models and the first values of their natural keys
    for record in records:
        targets = {
            (field.related_model, str(key[0]))
            for field in record.model._meta.concrete_fields
            if field.is_relation and isinstance(key := record.fields.get(field.name), list) and key
        }
        is_draft = record.fields.get("is_published") is False or not targets.isdisjoint(drafts)
        if is_draft:
            key = str(record.fields.get(getattr(record.model, "key_field", "slug")))
            drafts.add((record.model, key))
            if record.model is Document:  # the key of a line begins with that of its document
                drafts.add((Line, key))
        languages = [source_language()] if is_draft else required_languages()
        yield from map(record.problem, missing_languages(record, languages))


def missing_languages(record: ContentRecord, languages: Sequence[str]) -> Iterator[str]:
    """Yield the end of a sentence for each of some languages of a text that has no value."""
    for name in paired_fields(record.model):
        given = {code: record.fields.get(f"{name}_{code}") for code in languages}
        is_optional = cast("Column", record.model._meta.get_field(name)).blank
        if any(given.values()) or not is_optional:
            yield from (f"“{name}_{code}” is missing." for code in given if not given[code])


def document_file(slug: str, language: str) -> str:
    """Return the path of the file with the text of a document."""
    return f"documents/{slug}.{language}.txt"


def add_lines(directory: Path, records: Sequence[ContentRecord]) -> list[ContentRecord]:
    """Return the records with a record for each line of each document.

    The records of boilerplate have the model Line; their fields are added to those of the lines.
    Raises ContentError for a document that cannot be read or has another SHA-256, and for
    boilerplate of a line that does not exist.
    """
    documents = [record for record in records if record.model is Document]
    boilerplate = [record for record in records if record.model is Line]
    other_records = [record for record in records if record.model not in {Document, Line}]
    lines: dict[tuple[str, int], ContentRecord] = {}
    problems: list[RecordProblem] = []
    for document in documents:
        file = document_file(document.fields["slug"], document.fields["language"])
        try:
            content = (directory / file).read_bytes()
            text = content.decode()
        except (OSError, UnicodeDecodeError):
            problems.append(document.problem(f"{file} cannot be read."))
            continue
        if sha256(content).hexdigest() != document.fields["sha256"]:
            problems.append(document.problem(f"{file} has another SHA-256."))
        for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
            slug = document.fields["slug"]
            fields = {"document": [slug], "number": number, "text": line}
            lines[slug, number] = ContentRecord(file, number, Line, fields)
    named: dict[tuple[str, int], ContentRecord] = {}
    for record in boilerplate:
        key = (record.fields["document"][0], record.fields["number"])
        if (first := named.setdefault(key, record)) is not record:
            problems.append(record.problem(f"repeats {first}."))
        elif line_record := lines.get(key):
            line_record.fields.update(record.fields)
        else:
            problems.append(record.problem("the document has no such line."))
    if problems:
        raise ContentError(problems)
    return [*documents, *lines.values(), *other_records]
