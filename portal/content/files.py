"""Read the content files: lists of records in JSON, and the documents byte for byte.

A record is an object with "model" and "fields". Records point to each other by natural key
and name the language of every text (title_ar, title_en). The words of the documents are
not in these files but in documents/, from which the lines are made.
"""

import json
from hashlib import sha256
from typing import NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from languages.fields import paired_fields, translated_fields
from languages.languages import equals
from library.models import Document, Line

FIXTURES = settings.BASE_DIR / "fixtures"

# In this order, since the later ones point to the earlier.
FILES = [
    "library/documents.json",
    "library/boilerplate.json",
    "library/corrections.json",
    "library/notes.json",
    "library/articles.json",
    "library/paragraphs.json",
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
]


class RecordProblem(NamedTuple):
    """What is wrong with a record of a file, in a sentence."""

    file: str
    record: str
    reason: str

    def __str__(self):
        return f"{self.file}, {self.record}: {self.reason}"


class ContentError(Exception):
    """The content has problems, and nothing was written."""

    def __init__(self, problems):
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Record(NamedTuple):
    """One object of a content file, its place counted from 1."""

    file: str
    place: int
    model: type
    fields: dict

    def __str__(self):
        names = ["code", "slug", "goal", "sdg", "target", "line", "year", "number", "term"]
        found = [f"{name} {plain(self.fields[name])}" for name in names if self.fields.get(name)]
        return f"record {self.place} ({', '.join(found[:3])})"

    def problem(self, reason):
        return RecordProblem(self.file, str(self), reason)


def plain(key):
    """Return a natural key as people write it."""
    return " ".join(str(part) for part in key) if isinstance(key, list) else str(key)


def read(directory):
    """Return the records of all content files, the lines of the documents among them.

    Raises ContentError with every problem of form: a file that is missing or no JSON, an
    unknown model or field, a text without its language, a missing language, a document
    whose bytes are others than its SHA-256 says.
    """
    records, problems = [], []
    for file in FILES:
        items, found = read_list(directory, file)
        problems += found
        for place, item in enumerate(items, 1):
            if record := read_record(file, place, item):
                problems += [record.problem(reason) for reason in faults(record)]
                records.append(record)
            else:
                reason = "is not an object with “fields” and a “model” that exists."
                problems.append(RecordProblem(file, f"record {place}", reason))
    if problems:
        raise ContentError(problems)
    return with_lines(directory, records)


def read_list(directory, file):
    """Return the objects of a file, and what is wrong with the file as a whole."""
    try:
        items = json.loads((directory / file).read_text(encoding="utf-8"))
    except OSError:
        return [], [RecordProblem(file, "the file", "cannot be read.")]
    except ValueError as error:
        return [], [RecordProblem(file, "the file", f"is not valid JSON: {error}.")]
    if not isinstance(items, list):
        return [], [RecordProblem(file, "the file", "is not a list of records.")]
    return items, []


def read_record(file, place, item):
    try:
        model = apps.get_model(item["model"])
        return Record(file, place, model, dict(item["fields"]))
    except (LookupError, ValueError, TypeError, AttributeError):
        return None


def faults(record):
    """Yield what is wrong with the form of a record."""
    translated = translated_fields(record.model)
    for name, value in record.fields.items():
        try:
            field = record.model._meta.get_field(name)
        except FieldDoesNotExist:
            yield f"there is no field “{name}”."
            continue
        if name in translated:
            yield f"“{name}” has to name its language, as in {name}_ar."
        is_text = isinstance(field, models.CharField | models.TextField)
        if is_text and not isinstance(value, str | None):
            yield f"“{name}” has to be a text."
        if isinstance(value, str) and "\x00" in value:
            yield f"“{name}” has a character that no database stores."
    yield from missing_fields(record, translated)
    yield from missing_languages(record)


def missing_fields(record, translated):
    key_field = getattr(record.model, "key_field", None)
    for field in record.model._meta.concrete_fields:
        is_optional = field.null or field.blank or field.has_default() or field.primary_key
        is_needed = field.name == key_field or not is_optional
        if is_needed and field.name not in translated and not has_value(record, field.name):
            yield f"“{field.name}” is missing."


def has_value(record, name):
    return record.fields.get(name) not in (None, "")


def missing_languages(record):
    for name in paired_fields(record.model):
        given = {code: record.fields.get(f"{name}_{code}") for code in equals()}
        is_optional = record.model._meta.get_field(name).blank
        if any(given.values()) or not is_optional:
            yield from (f"“{name}_{code}” is missing." for code in given if not given[code])


def with_lines(directory, records):
    """Return the records with those of all lines in the place of the boilerplate."""
    documents = [record for record in records if record.model is Document]
    boilerplate = [record for record in records if record.model is Line]
    others = [record for record in records if record.model not in {Document, Line}]
    lines, problems = {}, []
    for document in documents:
        file = f"documents/{document.fields['slug']}.{document.fields['language']}.txt"
        try:
            content = (directory / file).read_bytes()
            text = content.decode()
        except (OSError, UnicodeDecodeError):
            problems.append(document.problem(f"{file} cannot be read."))
            continue
        if sha256(content).hexdigest() != document.fields["sha256"]:
            problems.append(document.problem(f"{file} has another SHA-256."))
        for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
            key = [document.fields["slug"]]
            fields = {"document": key, "number": number, "text": line}
            lines[(*key, number)] = Record(file, number, Line, fields)
    for record in boilerplate:
        if line := lines.get((*record.fields["document"], record.fields["number"])):
            line.fields.update(record.fields)
        else:
            problems.append(record.problem("the document has no such line."))
    if problems:
        raise ContentError(problems)
    return [*documents, *lines.values(), *others]
