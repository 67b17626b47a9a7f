"""Steps of the tests of exchange files."""

from translate.storage import factory

from history.recording import registered, state
from translations.exchange.exporting import ENDINGS, export, rows_to_export
from translations.exchange.importing import plan
from translations.exchange.reading import read
from translations.models import TranslationState

FORMS = ["po", "xliff"]


def everything():
    """All that is stored about the content and its translations."""
    records = {
        (model._meta.label, record.pk): state(record)
        for model in registered
        for record in model._base_manager.all()
    }
    return records, list(TranslationState.objects.order_by("pk").values())


def through_tool(data, form, directory, change=None):
    """Open a file with translate-toolkit, write every text of it again, and save it."""
    path = directory / f"file.{ENDINGS[form]}"
    path.write_bytes(data)
    store = factory.getobject(str(path))
    for unit in store.units:
        if unit.istranslatable():
            before, unit.target = str(unit.target or ""), ""
            unit.target = change(unit) if change else before
    store.savefile(str(path))
    return path.read_bytes()


def exported(form="po", **options):
    return export(rows_to_export("en", **options), "en", form, "https://example.org")


def planned(data):
    return plan(read(data))


def key_of(unit):
    return unit.getcontext() if hasattr(unit, "msgctxt") else unit.xmlelement.get("id")
