"""Writes units to files for translation tools."""

from dataclasses import dataclass

from translations.exchange import po, xliff
from translations.exchange.notes import notes_for_units
from translations.models import TranslationState
from translations.units import Unit, load_units, rows_to_translate, translated_models

WRITERS = {"po": po.write, "xliff": xliff.write}
FILE_EXTENSIONS = {"po": "po", "xliff": "xlf"}


@dataclass
class ExportUnit:
    """A unit with the URL of its record ("" without a page) and notes for its translator."""

    unit: Unit
    url: str
    notes: list

    @property
    def code(self):
        """The code of the record (GPG 1.3), or else its name."""
        return getattr(self.unit.record, "code", "") or str(self.unit.record)


def section_labels():
    """Return the list of labels of the applications that have texts to translate."""
    return list(dict.fromkeys(model._meta.app_label for model in translated_models()))


def rows_to_export(language, section="", *, needs_work=False):
    """Return the queryset of the TranslationStates into a language.

    `section` narrows it to one of section_labels(), `needs_work` to missing and outdated
    translations.
    """
    rows = rows_to_translate(language)
    if section:
        rows = rows.filter(model__startswith=f"{section}.")
    return rows.filter(state__in=TranslationState.NEEDS_WORK_STATUSES) if needs_work else rows


def export(rows, language, file_format="po", base_url=""):
    """Return the bytes of a file with the units of TranslationStates, all into one language.

    `file_format` is a key of WRITERS. `base_url` is put before the paths of pages:
    https://example.org.
    """
    units = load_units(rows)
    export_units = [
        ExportUnit(unit, f"{base_url}{unit.address}" if unit.address else "", notes)
        for unit, notes in zip(units, notes_for_units(units), strict=True)
    ]
    return WRITERS[file_format](export_units, language)
