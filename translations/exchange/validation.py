"""Decides whether a unit of a file is imported, and gives the reason where it is refused."""

from collections.abc import Iterator
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from languages import text_validation
from translations.exchange import text_checks
from translations.exchange.records import FileUnit, portable_digest, portable_text
from translations.models import TranslationState
from translations.units import Unit

UNCHANGED, NEW, CHANGED = "unchanged", "new", "changed"
CONFIRMED, REFUSED = "confirmed", "refused"
KINDS: tuple[str, ...] = (UNCHANGED, NEW, CHANGED, CONFIRMED, REFUSED)


class ValidationResult(NamedTuple):
    """The result for a unit of a file: one of KINDS, and the translation after the import.

    `reason` is a sentence where the unit is refused, else "". `warnings` are sentences about a
    translation that is imported.
    """

    kind: str
    text: str
    reason: str = ""
    warnings: tuple[str, ...] = ()


def validate_file_unit(file_unit: FileUnit, unit: Unit | None) -> ValidationResult:
    """Return the result for a unit of a file.

    `unit` is the one that its key names, None where the portal has no such unit.
    """
    text = portable_text(file_unit.text)
    reason = file_unit_refusal(file_unit, unit)
    if reason or unit is None:
        return ValidationResult(REFUSED, text, reason)
    if portable_digest(text) == portable_digest(unit.text):
        is_outdated = unit.row.state in TranslationState.OUTDATED_STATUSES
        is_confirmed = is_outdated and not file_unit.is_unfinished
        return ValidationResult(CONFIRMED if is_confirmed else UNCHANGED, unit.text)
    if portable_digest(text) == file_unit.text_digest:  # only the portal has another text since
        return ValidationResult(UNCHANGED, unit.text)
    reason = text_refusal(file_unit, unit, text)
    if reason:
        return ValidationResult(REFUSED, text, reason)
    kind = CHANGED if unit.text else NEW
    return ValidationResult(kind, text, "", tuple(text_warnings(unit, text)))


def file_unit_refusal(file_unit: FileUnit, unit: Unit | None) -> str:
    """Return the reason to refuse a FileUnit whatever its translation is, "" where there is none.

    Such reasons are a damaged unit, an unknown key, and a source that has changed since the
    export.
    """
    if file_unit.fault:
        return file_unit.fault
    if not file_unit.key:
        return _("The text does not say where it belongs; its context is missing.")
    language = file_unit.key.rpartition("/")[2]
    if language != file_unit.language:
        return _("The file is in “%(file)s”, but the text is the one in “%(text)s”.") % {
            "file": file_unit.language,
            "text": language[:40],
        }
    if unit is None:
        return _("The portal has no such text.")
    if file_unit.source_language and file_unit.source_language.split("-")[0] != unit.row.source:
        return _("The file is translated from “%(file)s”, but the text from “%(text)s”.") % {
            "file": file_unit.source_language[:40],
            "text": unit.row.source,
        }
    if not file_unit.source_digest:
        return _("The digest of the source is missing; please export the text again.")
    if portable_digest(unit.source) != file_unit.source_digest:
        return _("The source has been changed since the file was made; please export it again.")
    if portable_digest(file_unit.source) != file_unit.source_digest:
        return _("The source is not the one that was exported; only translations may be changed.")
    return ""


def text_refusal(file_unit: FileUnit, unit: Unit, text: str) -> str:
    """Return the reason to refuse a new translation of a unit, "" where there is none."""
    if not text.strip():
        return _("The translation is empty, but the portal has one.")
    try:
        text_validation.validate_text(text)  # before anything that takes longer for longer texts
    except ValidationError as error:
        return " ".join(error.messages)
    if file_unit.is_unfinished:
        return _("The translation is marked as unfinished (fuzzy).")
    if portable_digest(unit.text) != file_unit.text_digest:
        return _("The portal has another translation since the file was made.")
    if text_checks.is_in_other_language(text, file_unit.language):
        return _("The translation is not written in “%(language)s”.") % {
            "language": file_unit.language
        }
    if missing := text_checks.missing_placeholders(unit.source, text):
        return _("The translation lacks %(parts)s.") % {"parts": ", ".join(missing)}
    if extra := text_checks.extra_placeholders(unit.source, text):
        return _("The translation has %(parts)s, which the source has not.") % {
            "parts": ", ".join(extra)
        }
    try:
        unit.column.clean(text, unit.record)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def text_warnings(unit: Unit, text: str) -> Iterator[str]:
    """Yield warnings, as sentences, about a translation that is imported in spite of them."""
    if missing := text_checks.missing_codes(unit.source, text):
        yield _("Codes or numbers of the source are missing: %(parts)s.") % {
            "parts": ", ".join(missing)
        }
    if text != text.strip():
        yield _("The translation begins or ends with a space.")
