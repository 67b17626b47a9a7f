"""Translators see missing, outdated and unreviewed translations, and edit one after the other."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from goals.models import Goal, Objective
from history.models import Change
from tests.counting import count_queries
from tests.editing.test_roles import client_with_role
from tests.factories import make_article, make_goal, make_objective, make_paragraph, make_term
from tests.forms import AdminForm
from tests.portal.test_admin import address
from translations.models import TranslationState, TranslationStatus
from translations.units import rows_to_translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    goal = make_goal(number=1, title_ar="مكافحة الإرهاب", title_en="Counter terrorism")
    make_objective(goal, text_ar="نص أول", text_en="First text")
    make_objective(goal, text_ar="نص ثان", text_en="")
    return goal


@pytest.fixture
def translator():
    return client_with_role("translator")


def row_of(code, field="text"):
    return next(
        row
        for row in TranslationState.objects.filter(field=field, language="en")
        if row.model.startswith("goals") and record_code(row) == code
    )


def record_code(row):
    return apps.get_model(row.model).objects.get(pk=row.record).code


def dashboard(client, **filters):
    path = address("translations_translationstate_changelist", language="en")
    response = client.get(path, filters)
    assert response.status_code == 200
    return response


def listed_records(client, **filters):
    return [str(row.unit.record) for row in dashboard(client, **filters).context["cl"].result_list]


def editor(client, row, filters=""):
    path = address("translations_translationstate_change", row.pk, language="en")
    return AdminForm(client, f"{path}?_changelist_filters={filters}" if filters else path)


def test_dashboard_shows_the_most_urgent_first_with_the_number_of_words(goal, translator):
    Goal.objects.filter(pk=goal.pk).update(title_ar="مكافحة الجريمة")
    rows = dashboard(translator).context["cl"].result_list

    assert [row.state for row in rows[:2]] == [
        TranslationStatus.MISSING,
        TranslationStatus.OUTDATED,
    ]
    assert (str(rows[0].unit.record), rows[0].words) == ("GPG 1.2", 2)
    portal = dashboard(translator).context["progress"][-1]
    assert (portal.missing, portal.outdated, portal.total) == (1, 1, sum(row.words for row in rows))


def test_dashboard_is_filtered_by_state_section_document_page_and_person(goal, translator):
    article = make_article(number=5)
    make_paragraph(article)
    document = goal.line.document
    assert set(listed_records(translator, state="work")) == {"GPG 1.2"}
    assert set(listed_records(translator, model="goals.objective")) == {"GPG 1.1", "GPG 1.2"}
    assert listed_records(translator, document=document.pk, model="goals.goal")[0].startswith(
        "GPG 1."
    )
    assert set(listed_records(translator, page="ART 5", model="library.paragraph")) == {"ART 5.1"}
    assert {"GPG 1.1", "GPG 1.2"} < set(listed_records(translator, page="GPG 1"))
    for unknown in ({"document": "x"}, {"page": "x"}, {"state": "x"}, {"model": "x"}):
        listed_records(translator, **unknown)


def test_queries_of_the_dashboard_do_not_grow(goal, admin_client):
    path = address("translations_translationstate_changelist")
    before = count_queries(admin_client, path)
    for _ in range(4):
        make_objective(goal)
    assert count_queries(admin_client, path) == before


def test_text_is_translated_and_the_next_one_opened(goal, translator):
    row = row_of("GPG 1.1")
    Objective.objects.filter(code="GPG 1.1").update(text_ar="نص آخر")
    form = editor(translator, row, "state%3Dwork")
    assert "نص <del>أول</del><ins>آخر</ins>" in form.html

    response = form.send(text="Other text", _next="1")

    assert f"/{row_of('GPG 1.2').pk}/" in response.headers["Location"]
    assert Objective.objects.get(code="GPG 1.1").text_en == "Other text"
    row.refresh_from_db()
    assert (row.state, row.author_name) == (TranslationStatus.UNREVIEWED, "translator")
    assert Change.objects.first().revision.author_name == "translator"


def test_next_text_is_the_one_after_it_and_after_the_last_the_first(goal, translator):
    order = ["model", "record", "field", "language"]
    rows = list(rows_to_translate().exclude(state=TranslationStatus.REVIEWED).order_by(*order))
    for row, following in zip(rows, [*rows[1:], rows[0]], strict=True):
        form = editor(translator, row)
        text = form.fields["text"] or "Text"
        location = form.send(text=text, _next="1").headers["Location"]
        assert f"/{following.pk}/change/" in location, (row, following)


def test_next_text_is_one_of_the_filtered_list(goal, translator):
    row, following = rows_to_translate().filter(model="goals.goal").order_by("record", "field")
    form = editor(translator, following, "model%3Dgoals.goal")

    location = form.send(text=form.fields["text"], _next="1").headers["Location"]

    path = address("translations_translationstate_change", row.pk, language="en")
    assert location == f"{path}?_changelist_filters=model%3Dgoals.goal"


def test_translation_is_confirmed_and_reviewed(goal, translator):
    Goal.objects.filter(pk=goal.pk).update(title_ar="مكافحة الإرهاب كله")
    row = row_of("GPG 1", "title")
    assert editor(translator, row).send(_confirm="1").status_code == 302
    row.refresh_from_db()
    assert row.state == TranslationStatus.UNREVIEWED
    assert editor(translator, row).send(_review="1").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reviewer_name) == (TranslationStatus.REVIEWED, "translator")
    assert "reviewed by" in editor(translator, row).html


def test_outdated_translation_is_not_reviewed_unseen(goal, translator):
    row = row_of("GPG 1", "title")
    form = editor(translator, row)
    Goal.objects.filter(pk=goal.pk).update(title_ar="مكافحة الجريمة")
    response = form.send(_review="1", text="Typed")
    assert response.status_code == 200
    assert "The source has been changed since" in form.html
    assert form.fields["text"] == "Typed"


def test_review_of_a_translation_that_stays_outdated_saves_nothing(goal, translator):
    Goal.objects.filter(pk=goal.pk).update(title_ar="مكافحة الجريمة")
    row = row_of("GPG 1", "title")
    before = Goal.objects.get(pk=goal.pk).title_en
    form = editor(translator, row)
    form.send(_review="1", text=f"{before}.")  # a mark alone makes no new translation
    assert "Only what is as new as its source can be reviewed" in form.html
    assert form.fields["text"] == f"{before}."
    assert Goal.objects.get(pk=goal.pk).title_en == before


def test_either_language_may_be_made_the_source(goal, translator):
    row = row_of("GPG 1.1")
    path = address("translations_translationstate_change", row.pk, language="en")
    assert translator.post(path, {"_swap": "1"}).status_code == 302
    objective = goal.objectives.first()
    (row,) = TranslationState.objects.filter(model="goals.objective", record=objective.pk)
    assert (row.language, row.source, row.state) == ("ar", "en", TranslationStatus.UNREVIEWED)
    assert (objective.text_ar, objective.text_en) == ("نص أول", "First text")

    objective.text_en = "Other text"
    objective.save()
    row.refresh_from_db()
    assert row.state == TranslationStatus.OUTDATED
    missing = address("translations_translationstate_change", row_of("GPG 1.2").pk, language="en")
    response = translator.post(missing, {"_swap": "1"})
    assert "A text that is not there cannot be a source" in response.content.decode()


def test_conflict_keeps_both_texts(goal, translator):
    row = row_of("GPG 1.1")
    form = editor(translator, row)
    other_form = editor(client_with_role("editor"), row)
    assert other_form.send(text="Their text").status_code == 302

    response = form.send(text="My text")

    assert response.status_code == 200
    assert "editor has changed this translation since" in form.html
    assert "<del>First</del><ins>Their</ins> text" in form.html
    assert form.fields["text"] == "My text"
    assert form.send(text="My text").status_code == 302
    assert goal.objectives.first().text_en == "My text"


def test_refused_text_is_reported_and_kept(goal, translator):
    form = editor(translator, row_of("GPG 1", "title"))
    response = form.send(text="x" * 300)
    assert response.status_code == 200
    assert "at most 250" in form.html
    assert form.fields["text"] == "x" * 300


def test_terms_of_the_glossary_are_offered(goal, translator):
    make_term("terrorism", term_ar="الإرهاب", term_en="terrorism", acronym="")
    assert 'data-insert="terrorism"' in editor(translator, row_of("GPG 1", "title")).html


def test_problems_are_shown_while_one_types(goal, translator):
    row = row_of("GPG 1.1")
    check = address("translations_translationstate_check", row.pk, language="en")
    answer = translator.post(check, {"text": "First text of 2023"}).json()
    assert answer == {"problems": ["“2023” stands only in the translation."]}
    assert translator.post(check, {"text": "First text"}).json() == {"problems": []}
    form = editor(translator, row)
    form.send(text="Text of 2023", _stay="1")
    assert "“2023” stands only in the translation." in editor(translator, row).html


def test_forms_warn_of_problems_and_save_the_text(goal, translator):
    form = AdminForm(translator, address("goals_goal_change", goal.pk, language="en"))
    response = form.send(objectives__0__text_en="First text of 2023")
    assert response.status_code == 302
    page = translator.get(response.headers["Location"]).content.decode()
    assert "GPG 1.1: “2023” stands only in the translation." in page
    assert goal.objectives.first().text_en == "First text of 2023"


def test_dashboard_is_for_those_who_translate(goal):
    row = row_of("GPG 1.1")
    path = address("translations_translationstate_change", row.pk)
    guest = client_with_role("staff without a role")
    assert guest.get(path).status_code == 403
    assert guest.post(path, {"text": "x"}).status_code == 403
    assert Client().get(path).status_code == 302
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_translationstate"))
    client = Client()
    client.force_login(reader)
    assert "<textarea" not in client.get(path).content.decode()
    assert client.post(path, {"text": "x"}).status_code == 403
    assert goal.objectives.first().text_en == "First text"


@pytest.mark.parametrize("pk", ["abc", "0", "99999999999999999999"])
def test_addresses_without_a_text_are_not_found(admin_client, pk):
    path = f"/en/admin/translations/translationstate/{pk}/change/"
    assert admin_client.get(path).status_code == 404
    assert admin_client.post(path, {"text": "x"}).status_code == 404


def test_everyone_sees_the_progress_and_no_draft(client, goal):
    before = client.get("/en/parity/").context["progress"]
    line = goal.line
    make_goal(number=2, title_en="", is_published=False, line=line)
    response = client.get("/en/parity/")
    page = response.content.decode()
    assert response.context["progress"] == before
    assert 'href="/en/goals/goal-1/#GPG-1.2"' in page
    assert "GPG 2" not in page
    assert client.get("/ar/parity/").status_code == 200
