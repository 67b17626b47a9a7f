"""The whole content is the same after it was saved by a translation tool and imported."""

import pytest
from django.core.management import call_command
from translate.storage import factory

from library.glossary.termbase.exporting import WRITERS
from library.glossary.termbase.importing import apply as apply_glossary
from library.glossary.termbase.importing import plan as plan_glossary
from library.glossary.termbase.reading import read as read_glossary
from library.models import Term
from tests.conftest import sqlite_only
from tests.exchange import (
    FILE_FORMATS,
    export_file,
    plan_file,
    resave_with_toolkit,
    stored_content,
    toolkit_key,
)
from translations.exchange.importing import apply
from translations.models import TranslationStatus
from translations.units import load_units, rows_to_translate

pytestmark = [
    sqlite_only,
    pytest.mark.django_db,
    pytest.mark.usefixtures("content"),
    pytest.mark.whole_site,
]


@pytest.mark.parametrize("file_format", FILE_FORMATS)
def test_whole_content_goes_through_a_tool_without_a_difference(file_format, tmp_path):
    before = stored_content()
    data = resave_with_toolkit(export_file(file_format), file_format, tmp_path)

    import_plan = plan_file(data)
    assert apply(import_plan) == 0

    assert len(import_plan.steps) == rows_to_translate("en").count() > 500
    assert {step.kind for step in import_plan.steps} == {"unchanged"}
    assert stored_content() == before


@pytest.mark.parametrize("file_format", FILE_FORMATS)
def test_whole_content_translated_in_a_tool_arrives_to_the_letter(file_format, tmp_path):
    units = load_units(rows_to_translate("en"))
    texts, before = {unit.key: unit.text for unit in units}, stored_content()[0]
    for model, column in {(type(unit.record), unit.column.name) for unit in units}:
        model.objects.update(**{column: ""})
    assert {row.state for row in rows_to_translate("en")} == {TranslationStatus.MISSING}
    data = resave_with_toolkit(
        export_file(file_format), file_format, tmp_path, lambda unit: texts[toolkit_key(unit)]
    )

    import_plan = plan_file(data)
    assert apply(import_plan) == len(texts)

    assert {step.kind for step in import_plan.steps} == {"new"}
    assert stored_content()[0] == before
    assert {row.state for row in rows_to_translate("en")} == {TranslationStatus.UNREVIEWED}


@pytest.mark.parametrize("file_format", list(WRITERS))
def test_whole_glossary_comes_back_without_a_difference(file_format, tmp_path):
    before, path = stored_content(), tmp_path / f"glossary.{file_format}"
    call_command("export_glossary", path)
    if file_format == "tbx":
        store = factory.getobject(str(path))
        assert len(store.units) == Term.objects.count()
        store.savefile(str(path))

    import_plan = plan_glossary(read_glossary(path.read_bytes()))
    assert apply_glossary(import_plan) == 0

    assert len(import_plan.steps) == Term.objects.count() > 100
    assert {step.kind for step in import_plan.steps} == {"unchanged"}
    assert stored_content() == before
