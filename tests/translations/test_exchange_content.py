"""The whole content goes out to a translators' tool and comes back the same."""

import pytest
from django.core.management import call_command
from translate.storage import factory

from library.glossary.termbase.exporting import WRITERS
from library.glossary.termbase.importing import apply as apply_glossary
from library.glossary.termbase.importing import plan as plan_glossary
from library.glossary.termbase.reading import read as read_glossary
from library.models import Term
from tests.conftest import once
from tests.exchange import FORMS, everything, exported, key_of, planned, through_tool
from translations.exchange.importing import apply
from translations.models import TranslationStatus
from translations.units import rows_to_translate, units

pytestmark = [
    once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("content"),
    pytest.mark.whole_site,
]


@pytest.mark.parametrize("form", FORMS)
def test_whole_content_goes_through_a_tool_without_a_difference(form, tmp_path):
    before = everything()
    data = through_tool(exported(form), form, tmp_path)

    found = planned(data)
    assert apply(found) == 0

    assert len(found.steps) == rows_to_translate("en").count() > 500
    assert {step.kind for step in found.steps} == {"unchanged"}
    assert everything() == before


@pytest.mark.parametrize("form", FORMS)
def test_whole_content_translated_in_a_tool_arrives_to_the_letter(form, tmp_path):
    found = units(rows_to_translate("en"))
    texts, before = {unit.key: unit.text for unit in found}, everything()[0]
    for model, column in {(type(unit.record), unit.column.name) for unit in found}:
        model.objects.update(**{column: ""})
    assert {row.state for row in rows_to_translate("en")} == {TranslationStatus.MISSING}
    data = through_tool(exported(form), form, tmp_path, lambda unit: texts[key_of(unit)])

    arrived = planned(data)
    assert apply(arrived) == len(texts)

    assert {step.kind for step in arrived.steps} == {"new"}
    assert everything()[0] == before
    assert {row.state for row in rows_to_translate("en")} == {TranslationStatus.UNREVIEWED}


@pytest.mark.parametrize("form", list(WRITERS))
def test_whole_glossary_comes_back_without_a_difference(form, tmp_path):
    before, path = everything(), tmp_path / f"glossary.{form}"
    call_command("export_glossary", path)
    if form == "tbx":
        store = factory.getobject(str(path))
        assert len(store.units) == Term.objects.count()
        store.savefile(str(path))

    found = plan_glossary(read_glossary(path.read_bytes()))
    assert apply_glossary(found) == 0

    assert len(found.steps) == Term.objects.count() > 100
    assert {step.kind for step in found.steps} == {"unchanged"}
    assert everything() == before
