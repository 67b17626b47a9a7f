"""Invisible characters are refused with a sentence, in every way of writing a text."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from editing.proposals import propose, refuse
from history.recording import recorded_models
from languages.text_validation import MAX_LENGTH, ValidatedTexts, validate_text
from tests.conftest import sqlite_only
from tests.exchange import export_file, plan_file
from tests.factories import make_goal, make_line, make_term
from tests.forms import AdminForm
from tests.portal.test_admin import address
from translations.units import rows_to_translate, translate

HIDDEN = [
    *map(chr, range(0x202A, 0x202F)),  # embeddings and overrides
    *map(chr, range(0x2066, 0x206A)),  # isolates
    *"\u200e\u200f\u061c",  # marks of direction
    *"\u200b\u2060\u2063\ufeff\u00ad\u034f\u3164\u2800",  # no width, or blank
    *"\x00\x07\x1b\x85\u2028\ufffe\U000e0041",
    " \u200c",
    "a\u200d",
]
WRITTEN = ["ه\u200d", "می\u200cخواهم", "a\tb\nc", "قَالَ", "۝", "🌍", "é"]


@sqlite_only
@pytest.mark.parametrize("hidden", HIDDEN, ids=ascii)
def test_invisible_character_is_named(hidden):
    with pytest.raises(ValidationError, match=rf"invisible characters.*U\+{ord(hidden[-1]):04X}"):
        validate_text(f"Goal {hidden}1")


@sqlite_only
@pytest.mark.parametrize("written", WRITTEN, ids=ascii)
def test_what_people_write_is_accepted(written):
    validate_text(written)
    validate_text("x" * MAX_LENGTH)
    with pytest.raises(ValidationError, match="20000 characters at most"):
        validate_text("x" * (MAX_LENGTH + 1))


@sqlite_only
def test_every_record_is_checked():
    assert all(issubclass(model, ValidatedTexts) for model in recorded_models)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "invisible characters"), ("ar", "غير مرئية")]
)
def test_title_that_turns_around_is_refused_by_its_form(admin_client, language, sentence):
    goal = make_goal(title_en="Title")
    form = AdminForm(admin_client, address("goals_goal_change", goal.pk, language=language))

    response = form.send(title_en="Title \u202egnp.exe")

    assert sentence in response.content.decode()
    assert "U+202E" in response.content.decode()
    goal.refresh_from_db()
    assert goal.title_en == "Title"


@pytest.mark.django_db
def test_no_other_way_of_writing_takes_it_either(django_user_model):
    amal = django_user_model.objects.create_user("amal")
    goal = make_goal(title_ar="عنوان", title_en="Title")
    row = rows_to_translate("en").get(field="title", record=goal.pk, model="goals.goal")
    with pytest.raises(ValidationError, match="invisible characters"):
        translate(row, "Ti\u200btle", "عنوان", "Title", amal)

    for form in ("po", "xliff"):
        data = export_file(form).replace(b"Title", "Ti\u2066tle".encode())
        (reason,) = [step.result.reason for step in plan_file(data).refused]
        assert "U+2066" in reason

    term = make_term()
    term.term_ar = "ال\u200fجريمة"
    with pytest.raises(ValidationError, match="U\\+200F"):
        term.full_clean()
    with pytest.raises(ValidationError, match="invisible characters"):
        refuse(propose(goal, amal, []), amal, "\u202eno")


@pytest.mark.django_db
def test_lines_of_documents_may_have_any_character():
    make_line("\u200fنص\ufeff").full_clean(exclude=["boilerplate"])


@pytest.mark.django_db
def test_comment_and_titles_in_addresses_lose_invisible_characters(admin_client, client):
    goal = make_goal(title_en="Title")
    form = AdminForm(admin_client, address("goals_goal_change", goal.pk))
    form.send(title_en="New", revision_comment="why\u202e \0not")

    history = admin_client.get(address("goals_goal_history", goal.pk)).content.decode()
    assert "why not" in history
    for page in ("brief/?title=", "search/?q="):
        for language in ("ar", "en"):
            with translation.override(language):
                html = client.get(f"/{language}/{page}\u202eabc\u2066").content.decode()
            assert "abc" in html
            assert not re.search("[\u202e\u2066]", html.replace('value="\u202eabc\u2066"', ""))
