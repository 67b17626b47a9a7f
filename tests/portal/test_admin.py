"""The admin of all models: lists, forms, searches, languages and permissions."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from editing.proposals import propose
from goals.models import Goal
from ingest.models import IncomingDocument
from library.models import Correspondence
from search.models import UnansweredQuery
from tests.factories import (
    make_article,
    make_commitment,
    make_correction,
    make_document,
    make_highlight,
    make_line,
    make_note,
    make_objective,
    make_paragraph,
    make_participant,
    make_placement,
    make_sdg_link,
    make_term,
)
from tests.forms import AdminForm
from translations.models import TranslationState
from translations.units import rows_to_translate

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model.__module__.split(".")[0] != "django"]


def make_one_of_everything():
    line = make_line("خطأ")
    make_correction(line, "خطأ", "صواب")
    make_note(line)
    make_placement("vision", make_paragraph(make_article()))
    make_objective()
    make_commitment()
    make_highlight()
    make_participant(make_term("unodc"))
    make_sdg_link()
    UnansweredQuery.objects.create(text="ارهابي", language="ar")
    IncomingDocument.objects.create(file_name="وثيقة.txt", file=b"", sha256="0")
    line.document.replaces = make_document()
    line.document.save()
    Correspondence.objects.create(document=line.document, later="GPG 1.1", reason_ar="لماذا.")
    author = User.objects.create_user("somebody")
    propose(line, author, [])


def address(name, *arguments, language="ar"):
    with translation.override(language):
        return reverse(f"admin:{name}", args=arguments)


def test_every_model_of_the_content_has_an_admin():
    names = {model._meta.label for model in OURS}

    assert names == {
        "accounts.User",
        "library.Document",
        "library.Line",
        "library.PublicWording",
        "library.RegisteredCode",
        "library.Correction",
        "library.Correspondence",
        "library.Note",
        "library.Article",
        "library.Placement",
        "library.Term",
        "goals.Goal",
        "crosscutting.Theme",
        "sdg_links.Sdg",
        "sdg_links.SdgLink",
        "dialogue.Round",
        "dialogue.Participant",
        "search.UnansweredQuery",
        "history.Change",
        "editing.Proposal",
        "ingest.IncomingDocument",
        "translations.TranslationState",
    }


@pytest.mark.whole_site
@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_lists_forms_and_searches_answer_in_both_languages(admin_client, model, language):
    make_one_of_everything()
    name = f"{model._meta.app_label}_{model._meta.model_name}"
    rows = rows_to_translate() if model is TranslationState else model.objects.all()
    record = rows.first()

    changelist = address(f"{name}_changelist", language=language)
    form = admin_client.get(address(f"{name}_change", record.pk, language=language))

    assert admin_client.get(changelist).status_code == 200
    assert admin_client.get(f"{changelist}?q=ارهاب").status_code == 200
    assert admin_client.get(f"{changelist}?q=%22%25'").status_code == 200
    assert form.status_code == 200
    assert f'<html lang="{language}"' in form.content.decode()


def test_each_input_has_its_own_language_and_direction(admin_client):
    objective = make_objective()

    page = admin_client.get(address("goals_goal_change", objective.goal.pk)).content.decode()

    for name in ("title", "objectives-0-text"):
        arabic = re.search(rf'<(?:input|textarea)[^>]*name="{name}_ar"[^>]*>', page).group()
        english = re.search(rf'<(?:input|textarea)[^>]*name="{name}_en"[^>]*>', page).group()
        assert 'lang="ar"' in arabic
        assert 'dir="rtl"' in arabic
        assert 'lang="en"' in english
        assert 'dir="ltr"' in english


def test_languages_of_a_text_stand_in_one_row(admin_client):
    goal = make_objective().goal

    form = admin_client.get(address("goals_goal_change", goal.pk)).context["adminform"]

    rows = [list(line.fields) for fieldset in form for line in fieldset]
    assert ["title_ar", "title_en"] in rows


@pytest.mark.parametrize("query", ["الارهاب", "الإرهاب", "ارهاب"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_search_finds_arabic_with_or_without_hamza(admin_client, query, language):
    goal = make_objective(text_ar="مكافحة الإرهاب").goal
    make_objective(text_ar="سلامة الحدود")

    response = admin_client.get(address("goals_goal_changelist", language=language), {"q": query})

    assert list(response.context["cl"].result_list) == [goal]


def test_lines_are_read_only(admin_client):
    name, pk = "library_line", make_line("نص").pk

    page = admin_client.get(address(f"{name}_change", pk))

    assert 'name="_save"' not in page.content.decode()
    assert admin_client.get(address(f"{name}_add")).status_code == 403
    assert admin_client.post(address(f"{name}_change", pk), {"text": "x"}).status_code == 403
    assert admin_client.post(address(f"{name}_delete", pk), {"post": "yes"}).status_code == 403


def test_read_only_texts_have_their_own_language_and_direction(admin_client):
    line = make_line("نص", boilerplate_ar="رقم صفحة.", boilerplate_en="A page number.")

    page = admin_client.get(address("library_line_change", line.pk)).content.decode()

    assert f'<span lang="ar" dir="rtl">{line.boilerplate_ar}</span>' in page
    assert f'<span lang="en" dir="ltr">{line.boilerplate_en}</span>' in page


def test_editing_one_language_leaves_the_other_alone(admin_client):
    goal = make_objective(text_ar="نص", text_en="Text").goal
    form = AdminForm(admin_client, address("goals_goal_change", goal.pk))

    response = form.send(**{"objectives-0-text_en": "A better text"})

    assert response.status_code == 302, response.context["errors"]
    objective = goal.objectives.get()
    assert (objective.text_ar, objective.text_en) == ("نص", "A better text")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_number_that_is_taken_is_a_form_error_in_the_persons_language(admin_client, language):
    goal = make_objective().goal
    make_objective(goal)
    form = AdminForm(admin_client, address("goals_goal_change", goal.pk, language=language))

    response = form.send(**{"objectives-1-number": "1"})

    page = response.content.decode()
    assert response.status_code == 200
    assert response.context["errors"]
    assert {"ar": "الرجاء تصحيح", "en": "Please correct"}[language] in page
    assert [objective.number for objective in goal.objectives.all()] == [1, 2]


def test_code_is_given_on_saving_and_cannot_be_typed(admin_client):
    line = make_line("هدف")
    data = {
        "number": "77",
        "slug": "seventy-seven",
        "code": "X 1",
        "subject_ar": "هدف",
        "subject_en": "Goal",
        "title_ar": "هدف",
        "title_en": "Goal",
        "line": line.pk,
        "objectives-TOTAL_FORMS": "1",
        "objectives-INITIAL_FORMS": "0",
        "objectives-0-number": "1",
        "objectives-0-text_ar": "نص",
        "objectives-0-text_en": "Text",
        "objectives-0-line": line.pk,
    }

    response = admin_client.post(address("goals_goal_add"), data)

    assert response.status_code == 302, response.context["errors"]
    goal = Goal.objects.get(number=77)
    assert (goal.code, goal.objectives.get().code) == ("GPG 77", "GPG 77.1")
    assert not goal.is_published


def test_parents_offered_are_those_of_the_same_container(admin_client):
    parent = make_highlight()
    make_highlight(parent.round, parent=parent, number=1)
    paragraph = make_paragraph()

    page = admin_client.get(address("dialogue_round_change", parent.round.pk)).content.decode()

    choices = re.search(r'<select name="highlights-0-parent".*?</select>', page, re.DOTALL).group()
    assert f">{parent.code}</option>" in choices
    assert paragraph.code not in choices


def test_record_can_be_viewed_on_the_site(admin_client):
    goal = make_objective().goal
    page = admin_client.get(address("goals_goal_change", goal.pk)).content.decode()

    link = re.search(r'href="([^"]+)" class="viewsitelink"', page).group(1)
    response = admin_client.get(link)

    assert response.headers["Location"].endswith(f"/goals/{goal.slug}/")


def test_scripts_of_the_admin_speak_arabic(admin_client):
    catalogue = admin_client.get("/ar/admin/jsi18n/").content.decode()

    assert "أمس (%(date)s)" in json_text(catalogue)


def json_text(script):
    """Return a script with its escapes of Arabic letters resolved."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match.group(1), 16)), script)


def test_admin_is_for_staff(client):
    assert client.get("/ar/admin/").status_code == 302
    assert client.get("/en/admin/goals/goal/").status_code == 302


@pytest.mark.parametrize("typed", ["police " * 500, "شرطة " * 500, "x" * 10_000, "\x00"])
def test_no_search_of_the_administration_is_too_long(admin_client, typed):
    for model, model_admin in admin.site._registry.items():
        if model_admin.search_fields:
            changelist = f"{model._meta.app_label}_{model._meta.model_name}_changelist"
            response = admin_client.get(reverse(f"admin:{changelist}"), {"q": typed})
            assert response.status_code == 200, changelist
