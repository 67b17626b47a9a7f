"""Write units to files for translators' tools."""

from dataclasses import dataclass

from translations.exchange import po, xliff
from translations.exchange.notes import notes
from translations.models import TranslationState
from translations.units import Unit, rows_to_translate, translated_models, units

WRITERS = {"po": po.write, "xliff": xliff.write}
ENDINGS = {"po": "po", "xliff": "xlf"}


@dataclass
class Item:
    """A unit with its address on the web and what its translator should know."""

    unit: Unit
    address: str
    notes: list

    @property
    def code(self):
        return getattr(self.unit.record, "code", "") or str(self.unit.record)


def sections():
    """Return the rooms of the portal that have something to translate, by their labels."""
    return list(dict.fromkeys(model._meta.app_label for model in translated_models()))


def rows_to_export(language, section="", *, needs_work=False):
    """Return the states of what is translated into a language: of one section, or of all."""
    rows = rows_to_translate(language)
    if section:
        rows = rows.filter(model__startswith=f"{section}.")
    return rows.filter(state__in=TranslationState.NEEDS_WORK) if needs_work else rows


def export(rows, language, form="po", site=""):
    """Return the bytes of a file with some states, all of them of one language.

    `site` is what stands before the addresses of the portal: https://example.org.
    """
    found = units(rows)
    items = [
        Item(unit, f"{site}{unit.address}" if unit.address else "", of_unit)
        for unit, of_unit in zip(found, notes(found), strict=True)
    ]
    return WRITERS[form](items, language)
