"""Writes units to files for translation tools."""

from collections.abc import Callable, Iterable, Sequence

from django.db.models import QuerySet

from translations.exchange import po, xliff
from translations.exchange.notes import notes_for_units
from translations.exchange.records import ExportUnit
from translations.models import TranslationState
from translations.units import load_units, rows_to_translate, translated_models

# Each takes the units and their language.
WRITERS: dict[str, Callable[[Sequence[ExportUnit], str], bytes]] = {
    "po": po.write,
    "xliff": xliff.write,
}
FILE_EXTENSIONS: dict[str, str] = {"po": "po", "xliff": "xlf"}


def section_labels() -> list[str]:
    """Return the labels of the applications that have texts to translate."""
    return list(dict.fromkeys(model._meta.app_label for model in translated_models()))


def rows_to_export(
    language: str, section: str = "", *, needs_work: bool = False
) -> QuerySet[TranslationState]:
    """Return the states of the translations into a language.

    `section` narrows it to one of section_labels(), `needs_work` to missing and outdated
    translations.
    """
    rows = rows_to_translate(language)
    if section:
        rows = rows.filter(model__startswith=f"{section}.")
    return rows.filter(state__in=TranslationState.NEEDS_WORK_STATUSES) if needs_work else rows


def export(
    rows: Iterable[TranslationState], language: str, file_format: str = "po", base_url: str = ""
) -> bytes:
    """Return a file with the units of some states, all into one language.

    `file_format` is a key of WRITERS. `base_url` is put before the paths of pages:
    https://example.org.
    """
    units = load_units(rows)
    export_units = [
        ExportUnit(unit, f"{base_url}{unit.address}" if unit.address else "", notes)
        for unit, notes in zip(units, notes_for_units(units), strict=True)
    ]
    return WRITERS[file_format](export_units, language)
