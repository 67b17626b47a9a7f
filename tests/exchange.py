"""Helpers of the tests of exchange files."""

from translate.storage import factory

from history.recording import record_state, recorded_models
from translations.exchange.exporting import FILE_EXTENSIONS, export, rows_to_export
from translations.exchange.importing import plan
from translations.exchange.reading import read
from translations.models import TranslationState

FILE_FORMATS = ["po", "xliff"]


def stored_content():
    """Return ({(label, pk): state of the record}, [values of each TranslationState])."""
    records = {
        (model._meta.label, record.pk): record_state(record)
        for model in recorded_models
        for record in model._base_manager.all()
    }
    return records, list(TranslationState.objects.order_by("pk").values())


def resave_with_toolkit(data, file_format, directory, change=None):
    """Return the bytes of a file after translate-toolkit has read and saved it.

    Every translation is written again; `change` returns the new one from a unit of the toolkit.
    """
    path = directory / f"file.{FILE_EXTENSIONS[file_format]}"
    path.write_bytes(data)
    store = factory.getobject(str(path))
    for unit in store.units:
        if unit.istranslatable():
            before, unit.target = str(unit.target or ""), ""
            unit.target = change(unit) if change else before
    store.savefile(str(path))
    return path.read_bytes()


def export_file(file_format="po", **options):
    """Return the bytes of a file with the translations into English."""
    return export(rows_to_export("en", **options), "en", file_format, "https://example.org")


def plan_file(data):
    """Return the TranslationImportPlan of the bytes of a file."""
    return plan(read(data))


def toolkit_key(unit):
    """Return the key of the unit of a PO or XLIFF file that the toolkit has read."""
    return unit.getcontext() if hasattr(unit, "msgctxt") else unit.xmlelement.get("id")
