"""Read and check library/registry.json: what became of codes, former wordings and addresses.

It has only what does not follow from the content: codes that were withdrawn or given to a draft,
with reasons and successors, former wordings of any code (those that are withheld as a fingerprint
alone), and addresses at which a page no longer is.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from languages.languages import language_codes, required_languages
from library import codes
from library.fingerprints import fingerprint, fingerprint_language
from library.models import PageAddress, RegisteredCode
from library.passages import passage_models
from library.registry import PAGES, coded_models, page_of
from portal.content.files import (
    ContentError,
    ContentRecord,
    RecordProblem,
    can_be_stored,
    read_list,
)

REGISTRY = "library/registry.json"
CODE, ADDRESS = RegisteredCode._meta.label_lower, PageAddress._meta.label_lower
CODE_FIELDS = ["code", "model", "container", "published_at", "withdrawn_at", "successor"]
WORDING_FIELDS = ["language", "text", "fingerprint", "since", "until", "withheld_at"]
ADDRESS_FIELDS = ["page", "key", "model", "record", "code", "label", "since", "until"]
TIMES = {"published_at", "withdrawn_at", "since", "until", "withheld_at"}

type Fields = dict[str, Any]


class Registry(NamedTuple):
    """The codes of the file by code, and the addresses; values as in the file, times as times."""

    codes: dict[str, Fields]
    addresses: list[Fields]

    def add(self, label: str, fields: Fields) -> None:
        """Add a code or an address."""
        if label == ADDRESS:
            self.addresses.append(fields)
        else:
            self.codes[fields["code"]] = fields

    def has_reason(self, code: str) -> bool:
        """Whether the file says, in every required language, why a code was withdrawn."""
        entry = self.codes.get(code, {})
        return all(entry.get(f"reason_{language}") for language in required_languages())


def reason_fields() -> list[str]:
    """Return the columns of the reason."""
    return [f"reason_{language}" for language in language_codes()]


def read_registry(directory: Path, records: Sequence[ContentRecord]) -> Registry:
    """Return the registry of a directory whose content these records are.

    Raises ContentError with all problems that do not need the database.
    """
    items, problems = read_list(directory, REGISTRY)
    registry = Registry({}, [])
    for position, item in enumerate(items, 1):
        name = f"record {position}"
        label = item.get("model") if isinstance(item, dict) else None
        fields = item.get("fields") if isinstance(item, dict) else None
        if label not in (CODE, ADDRESS) or not isinstance(fields, dict):
            reason = f"is not an object with “fields” and the “model” {CODE} or {ADDRESS}."
            problems.append(RecordProblem(REGISTRY, name, reason))
            continue
        name = f"{name} ({fields.get('code') or fields.get('key')})"
        reasons = list(code_faults(fields) if label == CODE else address_faults(fields))
        if not reasons and label == CODE and fields["code"] in registry.codes:
            reasons = ["repeats the code."]
        problems += [RecordProblem(REGISTRY, name, reason) for reason in reasons]
        if not reasons:
            registry.add(label, parse_times(fields))
    problems += content_faults(registry, records)
    successors = {code: entry.get("successor") for code, entry in registry.codes.items()}
    problems += successor_faults(successors)
    if problems:
        raise ContentError(problems)
    return registry


def parse_times(fields: Mapping[str, Any]) -> Fields:
    """Return the fields of a faultless record with times in the place of texts."""
    parsed: Fields = {}
    for name, value in fields.items():
        is_time = name in TIMES and value is not None
        parsed[name] = datetime.fromisoformat(value) if is_time else value
    if "wordings" in parsed:
        parsed["wordings"] = [parse_times(wording) for wording in parsed["wordings"]]
    return parsed


def code_faults(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield the end of a sentence for each fault of a code."""
    yield from shape_faults(fields, [*CODE_FIELDS, *reason_fields(), "wordings"])
    code, model = fields.get("code"), fields.get("model")
    if not (isinstance(code, str) and codes.is_code(code)):
        yield "“code” has to be a code."
    if model not in [coded._meta.label_lower for coded in coded_models()]:
        yield f"“{model}” is not a model of what has a code."
    if not isinstance(fields.get("container"), str):
        yield "“container” has to be a code."
    if not isinstance(fields.get("successor"), str | None):
        yield "“successor” has to be a code."
    if fields.get("withdrawn_at") and not fields.get("published_at"):
        yield "what was never public cannot be withdrawn."
    wordings = fields.get("wordings", [])
    if not isinstance(wordings, list) or not all(isinstance(item, dict) for item in wordings):
        yield "“wordings” has to be a list of objects."
        return
    for wording in wordings:
        yield from wording_faults(wording)


def wording_faults(wording: Mapping[str, Any]) -> Iterator[str]:
    """Yield the end of a sentence for each fault of a former wording."""
    faults = list(shape_faults(wording, WORDING_FIELDS))
    yield from faults
    if faults:
        return
    text, mark = wording.get("text") or "", str(wording.get("fingerprint"))
    if fingerprint_language(mark) != wording.get("language"):
        yield f"“{mark}” is not a fingerprint in this language."
    elif text and fingerprint(text, wording["language"]) != mark:
        yield f"the wording {mark} has another fingerprint."
    elif bool(text) == bool(wording.get("withheld_at")):
        yield f"the wording {mark} has to have a text, or to be withheld."
    if not wording.get("since") or not wording.get("until"):
        yield f"the wording {mark} lacks “since” or “until”."


def address_faults(fields: Mapping[str, Any]) -> Iterator[str]:
    """Yield the end of a sentence for each fault of a former address."""
    yield from shape_faults(fields, ADDRESS_FIELDS)
    models = {model._meta.label_lower: model for model in [*PAGES, *passage_models()]}
    model = models.get(str(fields.get("model")))
    if model is None or not page_of(model) or fields.get("page") != page_of(model):
        yield "“model” and “page” have to be those of a page."
    if not isinstance(fields.get("key"), str) or not fields.get("since"):
        yield "“key” or “since” is missing."
    if not isinstance(fields.get("record"), list | None):
        yield "“record” has to be a list."


def shape_faults(fields: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    """Yield the end of a sentence for each field that is unknown, no text or no time."""
    for name, value in fields.items():
        if name not in names:
            yield f"there is no field “{name}”."
        elif name in TIMES:
            if value is not None and not is_time(value):
                yield f"“{name}” has to be a time with its offset."
        elif name not in ("wordings", "record") and not isinstance(value, str | None):
            yield f"“{name}” has to be a text."
        elif isinstance(value, str) and not can_be_stored(value):
            yield f"“{name}” has a character that no database stores."


def is_time(value: object) -> bool:
    """Whether a value is an ISO 8601 time with an offset."""
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def content_faults(registry: Registry, records: Sequence[ContentRecord]) -> Iterator[RecordProblem]:
    """Yield a problem for each record that has a code which stood for something else."""
    for record in records:
        code = record.fields.get("code")
        entry = registry.codes.get(code) if isinstance(code, str) else None
        if entry and entry["model"] != record.model._meta.label_lower:
            yield record.problem(f"the code {code} stood for a record of {entry['model']}.")
        elif entry and entry.get("withdrawn_at") and record.fields.get("is_published"):
            yield record.problem(f"the code {code} is withdrawn in {REGISTRY}.")


def successor_faults(successors: Mapping[str, str | None]) -> Iterator[RecordProblem]:
    """Yield a problem for each code whose successors lead back to it."""
    for code in successors:
        seen, following = {code}, successors.get(code)
        while following is not None and following not in seen:
            seen.add(following)
            following = successors.get(following)
        if following == code:
            reason = "its successors lead back to it: they cannot go in a circle."
            yield RecordProblem(REGISTRY, code, reason)
