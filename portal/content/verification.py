"""Checks of the content in the database: against the documents, and between the languages."""

from collections.abc import Iterator
from typing import NamedTuple, cast

from django.apps import apps
from tqdm import tqdm

from languages.fields import paired_fields, translated_fields
from languages.languages import (
    language_codes,
    other_languages,
    required_languages,
    source_language,
    text_in_language,
)
from library.glossary.terminology import all_terms_loaded
from library.models import (
    Container,
    ContentModel,
    Correction,
    Correspondence,
    Document,
    Line,
    RegisteredCode,
    Statement,
)
from library.passages import cited_lines, passage_models
from library.transcription import apply_corrections
from translations.checks import failed_checks
from translations.units import model_field, related_lookups, unit_key

BATCH_SIZE = 100  # records that are in memory together


class CheckResult(NamedTuple):
    """The result of one check: a summary, and each problem as a sentence."""

    name: str
    summary: str
    problems: list[str]


def verify(show_progress: bool = False) -> list[CheckResult]:
    """Return the results of all checks; later checks rely on the earlier ones."""
    checks = [
        check_documents,
        check_citations,
        check_wording,
        check_concordances,
        check_languages,
        check_translations,
    ]
    return [
        check() for check in tqdm(checks, unit=" checks", disable=None if show_progress else True)
    ]


def check_documents() -> CheckResult:
    """Check that the lines of each document, joined, have the SHA-256 of its file."""
    documents = list(Document.objects.all())
    problems = [
        f"{document}: the lines no longer give the SHA-256 {document.sha256}."
        for document in documents
        if not document.is_intact()
    ]
    return CheckResult(
        "documents intact", f"{len(documents) - len(problems)}/{len(documents)}", problems
    )


def cited_records() -> Iterator[Container | Statement]:
    """Yield every title and statement, with its line and corrections, a few at a time.

    In the order of their keys: a database would sort the whole rows, with all their texts.
    """
    for model in passage_models():
        records = model.objects.select_related("line").prefetch_related("line__corrections")
        yield from records.order_by("pk").iterator(chunk_size=BATCH_SIZE)


def check_citations() -> CheckResult:
    """Check that each line of content is cited, and no blank line and no boilerplate is.

    The lines of a document that readers do not see yet may be uncited.
    """
    lines = Line.objects.select_related("document")
    cited_ids = cited_lines()
    content_lines = [
        line
        for line in lines
        if line.document.is_published and not line.is_blank and not is_boilerplate(line)
    ]
    uncited = [f"{line} is cited nowhere." for line in content_lines if line.pk not in cited_ids]
    empty = [
        f"{line} is cited, but is {'blank' if line.is_blank else 'page boilerplate'}."
        for line in lines
        if line.pk in cited_ids and (line.is_blank or is_boilerplate(line))
    ]
    number = len(content_lines) - len(uncited)
    percent = 100 * number / max(1, len(content_lines))
    summary = f"{number}/{len(content_lines)} ({percent:.1f} %)"
    return CheckResult("content lines cited", summary, uncited + empty)


def is_boilerplate(line: Line) -> bool:
    """Whether a line has a reason why it is not content."""
    return bool(text_in_language(line, "boilerplate", "ar"))


def check_wording() -> CheckResult:
    """Check that each text is its line word for word, with the listed corrections."""
    problems = [problem for _record, problem in differences_from_lines()]
    corrections = Correction.objects.count()
    summary = f"{len(problems)} unexplained differences, {corrections} corrections"
    return CheckResult("words as in the documents", summary, problems)


def differences_from_lines() -> Iterator[tuple[Container | Statement, str]]:
    """Yield each record whose text is not that of its corrected line, with a sentence about it."""
    for record in cited_records():
        if record.line is None:
            continue
        try:
            expected = apply_corrections(record.line.text, record.line.corrections.all())
        except ValueError as error:
            yield record, f"{record.line}: the correction of “{error}” does not fit the line."
            continue
        if expected != record.source_language_text:
            text = record.source_language_text
            yield record, f"{record.code}: “{text}” differs from “{expected}”."


def check_concordances() -> CheckResult:
    """Check that each row of a concordance joins texts of a document and of the one it replaces.

    A code whose record is gone stands in the registry.
    """
    documents = {
        code: document
        for model in passage_models()
        for code, document in model._base_manager.values_list("code", "line__document")
    }
    known = set(RegisteredCode.objects.values_list("code", flat=True))
    rows = list(Correspondence.objects.select_related("document__replaces"))
    problems = [
        f"{row}: “{code}” is no text of “{document or '–'}”."
        for row in rows
        for code, document in ((row.former, row.document.replaces), (row.later, row.document))
        if code
        and not (document and code in known and documents.get(code, document.pk) == document.pk)
    ]
    return CheckResult("concordances", f"{len(rows)} rows", problems)


def translated_models() -> list[type[ContentModel]]:
    """Return the models with texts in several languages."""
    models = [model for model in apps.get_models() if translated_fields(model)]
    return cast("list[type[ContentModel]]", models)


def translated_texts() -> Iterator[tuple[ContentModel, str, dict[str, str]]]:
    """Yield each record and name of a translated field, with its texts by language code.

    Only the fields whose texts are translations of each other.
    """
    for model in translated_models():
        fields = paired_fields(model)
        related = list(related_lookups(model))
        records = model._default_manager.all()
        for record in records.select_related(*related) if related else records:
            for name in fields:
                texts = {code: text_in_language(record, name, code) for code in language_codes()}
                yield record, name, texts


def check_languages() -> CheckResult:
    """Check that each text is there in all required languages; an optional one may be in none.

    What readers do not see yet may lack its translation: translators have it on their list.
    """
    problems: list[str] = []
    number = 0
    public: dict[type[ContentModel], set[int]] = {}
    for record, name, texts in translated_texts():
        model = type(record)
        if model not in public:
            public[model] = public_keys(model)
        languages = required_languages() if record.pk in public[model] else [source_language()]
        is_optional = model_field(record, name).blank
        number += any(texts.values())
        if any(texts.values()) or not is_optional:
            problems += [
                f"{record_name(record)}, {name}: there is no text in “{code}”."
                for code in languages
                if not texts[code].strip()
            ]
    return CheckResult(
        "texts in both languages", f"{number} texts, {len(problems)} missing", problems
    )


def public_keys(model: type[ContentModel]) -> set[int]:
    """Return the primary keys of the records of a model that readers may see."""
    manager = model._default_manager
    shown = manager.published() if hasattr(manager, "published") else manager.all()
    return set(shown.values_list("pk", flat=True))


def check_translations() -> CheckResult:
    """Check each translation against its source: numbers, names and so on (translations.checks)."""
    source = source_language()
    with all_terms_loaded():
        failed = [
            check
            for record, name, texts in translated_texts()
            for code in other_languages(source)
            for check in failed_checks(
                unit_key(record, name, code), texts[source], texts[code], source, code
            )
        ]
    problems = [
        f"{check.unit_key}: {check.problem.message}" for check in failed if not check.explanation
    ]
    summary = f"{len(problems)} disagreements, {len(failed) - len(problems)} explained"
    return CheckResult("languages agree", summary, problems)


def record_name(record: ContentModel) -> str:
    """Return the code of a record, or its natural key as a text if it has no code."""
    return getattr(record, "code", None) or "/".join(str(part) for part in record.natural_key())
