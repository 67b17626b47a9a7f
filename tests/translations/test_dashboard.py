"""Translators see what is missing, stale or unreviewed, and mend it text by text."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from goals.models import Goal, Objective
from history.models import Change
from tests.counting import queries_of
from tests.editing.test_roles import client_of
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
    return client_of("translator")


def row_of(code, field="text"):
    return next(
        row
        for row in TranslationState.objects.filter(field=field, language="en")
        if row.model.startswith("goals") and record_code(row) == code
    )


def record_code(row):
    return apps.get_model(row.model).objects.get(pk=row.record).code


def desk(client, **filters):
    where = address("translations_translationstate_changelist", language="en")
    response = client.get(where, filters)
    assert response.status_code == 200
    return response


def listed(client, **filters):
    return [str(row.unit.record) for row in desk(client, **filters).context["cl"].result_list]


def editor(client, row, filters=""):
    where = address("translations_translationstate_change", row.pk, language="en")
    return AdminForm(client, f"{where}?_changelist_filters={filters}" if filters else where)


def test_desk_shows_the_most_pressing_first_with_the_size_in_words(goal, translator):
    Goal.objects.filter(pk=goal.pk).update(title_ar="مكافحة الجريمة")
    rows = desk(translator).context["cl"].result_list

    assert [row.state for row in rows[:2]] == [
        TranslationStatus.MISSING,
        TranslationStatus.OUTDATED,
    ]
    assert (str(rows[0].unit.record), rows[0].words) == ("GPG 1.2", 2)
    whole = desk(translator).context["progress"][-1]
    assert (whole.missing, whole.stale, whole.total) == (1, 1, sum(row.words for row in rows))


def test_desk_is_filtered_by_state_section_document_page_and_person(goal, translator):
    article = make_article(number=5)
    make_paragraph(article)
    document = goal.line.document
    assert set(listed(translator, state="work")) == {"GPG 1.2"}
    assert set(listed(translator, model="goals.objective")) == {"GPG 1.1", "GPG 1.2"}
    assert listed(translator, document=document.pk, model="goals.goal")[0].startswith("GPG 1.")
    assert set(listed(translator, page="ART 5", model="library.paragraph")) == {"ART 5.1"}
    assert {"GPG 1.1", "GPG 1.2"} < set(listed(translator, page="GPG 1"))
    for nonsense in ({"document": "x"}, {"page": "x"}, {"state": "x"}, {"model": "x"}):
        listed(translator, **nonsense)


def test_queries_of_the_desk_do_not_grow(goal, admin_client):
    where = address("translations_translationstate_changelist")
    before = queries_of(admin_client, where)
    for _ in range(4):
        make_objective(goal)
    assert queries_of(admin_client, where) == before


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
        where = form.send(text=text, _next="1").headers["Location"]
        assert f"/{following.pk}/change/" in where, (row, following)


def test_next_text_is_one_of_the_list_that_was_filtered(goal, translator):
    row, following = rows_to_translate().filter(model="goals.goal").order_by("record", "field")
    form = editor(translator, following, "model%3Dgoals.goal")

    where = form.send(text=form.fields["text"], _next="1").headers["Location"]

    path = address("translations_translationstate_change", row.pk, language="en")
    assert where == f"{path}?_changelist_filters=model%3Dgoals.goal"


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


def test_what_is_stale_is_not_reviewed_unseen(goal, translator):
    row = row_of("GPG 1", "title")
    form = editor(translator, row)
    Goal.objects.filter(pk=goal.pk).update(title_ar="مكافحة الجريمة")
    response = form.send(_review="1", text="Typed")
    assert response.status_code == 200
    assert "The source has been changed since" in form.html
    assert form.fields["text"] == "Typed"


def test_review_of_what_stays_stale_saves_nothing(goal, translator):
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
    where = address("translations_translationstate_change", row.pk, language="en")
    assert translator.post(where, {"_swap": "1"}).status_code == 302
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


def test_conflict_keeps_both_wordings(goal, translator):
    row = row_of("GPG 1.1")
    form = editor(translator, row)
    other = editor(client_of("editor"), row)
    assert other.send(text="Their text").status_code == 302

    response = form.send(text="My text")

    assert response.status_code == 200
    assert "editor has changed this translation since" in form.html
    assert "<del>First</del><ins>Their</ins> text" in form.html
    assert form.fields["text"] == "My text"
    assert form.send(text="My text").status_code == 302
    assert goal.objectives.first().text_en == "My text"


def test_wrong_text_is_said_and_kept(goal, translator):
    form = editor(translator, row_of("GPG 1", "title"))
    response = form.send(text="x" * 300)
    assert response.status_code == 200
    assert "at most 250" in form.html
    assert form.fields["text"] == "x" * 300


def test_terms_of_the_glossary_are_offered(goal, translator):
    make_term("terrorism", term_ar="الإرهاب", term_en="terrorism", acronym="")
    assert 'data-insert="terrorism"' in editor(translator, row_of("GPG 1", "title")).html


def test_what_does_not_agree_is_told_as_one_types(goal, translator):
    row = row_of("GPG 1.1")
    check = address("translations_translationstate_check", row.pk, language="en")
    answer = translator.post(check, {"text": "First text of 2023"}).json()
    assert answer == {"problems": ["“2023” stands only in the translation."]}
    assert translator.post(check, {"text": "First text"}).json() == {"problems": []}
    form = editor(translator, row)
    form.send(text="Text of 2023", _stay="1")
    assert "“2023” stands only in the translation." in editor(translator, row).html


def test_forms_warn_of_what_does_not_agree_and_save_it(goal, translator):
    form = AdminForm(translator, address("goals_goal_change", goal.pk, language="en"))
    response = form.send(objectives__0__text_en="First text of 2023")
    assert response.status_code == 302
    page = translator.get(response.headers["Location"]).content.decode()
    assert "GPG 1.1: “2023” stands only in the translation." in page
    assert goal.objectives.first().text_en == "First text of 2023"


def test_desk_is_for_those_who_translate(goal):
    row = row_of("GPG 1.1")
    where = address("translations_translationstate_change", row.pk)
    guest = client_of("staff without a role")
    assert guest.get(where).status_code == 403
    assert guest.post(where, {"text": "x"}).status_code == 403
    assert Client().get(where).status_code == 302
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_translationstate"))
    client = Client()
    client.force_login(reader)
    assert "<textarea" not in client.get(where).content.decode()
    assert client.post(where, {"text": "x"}).status_code == 403
    assert goal.objectives.first().text_en == "First text"


@pytest.mark.parametrize("pk", ["abc", "0", "99999999999999999999"])
def test_addresses_without_a_text_are_not_found(admin_client, pk):
    where = f"/en/admin/translations/translationstate/{pk}/change/"
    assert admin_client.get(where).status_code == 404
    assert admin_client.post(where, {"text": "x"}).status_code == 404


def test_everyone_sees_the_parity_and_no_draft(client, goal):
    make_goal(number=2, title_en="", is_published=False)
    page = client.get("/en/parity/").content.decode()
    assert 'href="/en/goals/goal-1/#GPG-1.2"' in page
    assert "GPG 2" not in page
    assert client.get("/ar/parity/").status_code == 200
