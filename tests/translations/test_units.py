"""Translations are written by units.translate(), from the dashboard and from files."""

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_goal, make_objective, make_term
from translations.models import TranslationState, TranslationStatus
from translations.units import load_unit, load_units, rows_to_translate, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    objective = make_objective(make_goal(number=1), text_ar="نص", text_en="Text")
    objective.text_ar = "نص آخر"
    objective.save()
    return TranslationState.objects.get(model="goals.objective", field="text")


def test_unit_has_both_texts_and_the_diff_of_its_source(row):
    unit = load_unit(row)
    assert (unit.source, unit.text, unit.name) == ("نص آخر", "Text", "text")
    assert (unit.key, unit.address) == (
        "goals.objective/GPG 1.1/text/en",
        "/en/goals/goal-1/#GPG-1.1",
    )
    assert [part.kind for part in unit.source_diff] == ["kept", "added"]


def test_translation_is_written_and_up_to_date(row, amal):
    unit = translate(row, "Other text", "نص آخر", "Text", amal)
    assert (unit.text, unit.row.state, unit.row.author_name) == (
        "Other text",
        TranslationStatus.UNREVIEWED,
        "amal",
    )


def test_translation_that_is_still_right_is_confirmed(row, amal):
    assert translate(row, "Text", "نص آخر", "Text", amal).row.state == TranslationStatus.OUTDATED
    unit = translate(row, "Text", "نص آخر", "Text", amal, is_confirmed=True)
    assert (unit.row.state, unit.row.made_from) == (TranslationStatus.UNREVIEWED, "نص آخر")


@pytest.mark.parametrize(
    ("shown_source", "shown_text", "code"),
    [("نص", "Text", "moved"), ("نص آخر", "Former text", "conflict")],
)
def test_text_that_has_changed_meanwhile_is_refused(row, amal, shown_source, shown_text, code):
    with pytest.raises(ValidationError) as refused:
        translate(row, "New", shown_source, shown_text, amal)
    assert refused.value.code == code
    assert load_unit(row).text == "Text"


def test_same_translation_by_two_people_is_no_conflict(row, amal):
    translate(row, "New", "نص آخر", "Text", amal)
    assert translate(row, "New", "نص آخر", "Text", amal).text == "New"


def test_text_that_is_too_long_is_refused(amal):
    make_goal(title_ar="عنوان", title_en="Title")
    row = TranslationState.objects.get(model="goals.goal", field="title")
    with pytest.raises(ValidationError, match="at most 250"):
        translate(row, "x" * 300, "عنوان", "Title", amal)
    assert load_unit(row).text == "Title"


def test_translation_of_a_deleted_record_is_refused(row, amal):
    load_unit(row).record.delete()
    with pytest.raises(ValidationError) as refused:
        translate(row, "New", "نص آخر", "Text", amal)
    assert refused.value.code == "gone"


def test_queries_do_not_grow_with_units(row, django_assert_max_num_queries):
    for number in range(5):
        make_term(f"term-{number}")
        make_objective()
    with django_assert_max_num_queries(10):
        units = load_units(rows_to_translate("en"))
        assert all(unit.source and unit.key for unit in units)
    assert len(units) > 15
    assert {unit.row.model for unit in units}.isdisjoint({"library.line"})
