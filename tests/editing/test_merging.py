"""Two people have forms open at the same time, and no edit is lost."""

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from goals.models import Goal, Objective
from history.models import Change, ContentVersion, Revision
from tests.factories import make_goal, make_objective, make_term
from tests.forms import AdminForm
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    goal = make_goal(number=1, title_ar="عنوان", title_en="Title", is_published=False)
    make_objective(goal, text_ar="نص أول", text_en="First text")
    make_objective(goal, text_ar="نص ثان", text_en="Second text")
    return goal


def saved(response):
    assert response.status_code == 302, response.context["errors"]
    return True


def test_two_languages_of_a_text_are_two_fields(goal, forms):
    first, second = forms
    assert saved(first.send(title_ar="عنوان جديد"))
    assert saved(second.send(title_en="New title"))

    goal.refresh_from_db()
    assert (goal.title_ar, goal.title_en) == ("عنوان جديد", "New title")


def test_parent_and_row_are_edited_side_by_side(goal, forms):
    first, second = forms
    assert saved(first.send(title_en="New title"))
    assert saved(second.send(objectives__0__text_en="First text, edited"))

    goal.refresh_from_db()
    assert goal.title_en == "New title"
    texts = list(goal.objectives.order_by("number").values_list("text_en", flat=True))
    assert texts == ["First text, edited", "Second text"]


@pytest.mark.parametrize(
    ("field", "base", "theirs", "yours"),
    [
        ("title_en", "Title", "Their title", "Your title"),
        ("objectives-1-text_ar", "نص ثان", "نص ثان لهم", "نص ثان لي"),
    ],
)
def test_field_that_both_changed_is_refused_with_both_wordings(
    goal, forms, field, base, theirs, yours
):
    first, second = forms
    assert saved(first.send(**{field: theirs}))
    response = second.send(**{field: yours})

    assert response.status_code == 200
    page = response.content.decode()
    assert "amal changed this too" in page
    assert second.fields[field] == yours
    assert second.fields[f"initial-{field}"] == theirs
    stored = AdminForm(first.client, first.address).fields
    assert stored[field] == theirs

    assert saved(second.send())  # after having seen both
    assert AdminForm(first.client, first.address).fields[field] == yours


def test_what_a_refused_person_left_alone_is_shown_as_it_is_now(goal, forms):
    first, second = forms
    assert saved(first.send(title_en="Their title", title_ar="عنوانهم"))
    second.send(title_en="Your title")

    assert second.fields["title_ar"] == "عنوانهم"
    assert saved(second.send())
    goal.refresh_from_db()
    assert (goal.title_ar, goal.title_en) == ("عنوانهم", "Your title")


def test_both_may_make_the_same_change(goal, forms):
    first, second = forms
    assert saved(first.send(title_en="New title"))
    assert saved(second.send(title_en="New title"))


def test_row_that_somebody_deleted_is_reported_and_its_text_kept(goal, forms):
    first, second = forms
    assert saved(first.send(**{"objectives-0-DELETE": "on"}))
    response = second.send(**{"objectives-0-text_en": "Edited meanwhile"})

    assert response.status_code == 200
    assert "amal deleted “GPG 1.1”" in response.content.decode()
    assert second.fields["objectives-0-text_en"] == "Edited meanwhile"
    assert goal.objectives.count() == 1

    assert saved(second.send(**{"objectives-0-DELETE": "on"}))
    assert goal.objectives.count() == 1


def test_row_that_somebody_deleted_stays_deleted_for_who_left_it_alone(goal, forms):
    first, second = forms
    assert saved(first.send(**{"objectives-0-DELETE": "on"}))
    assert saved(second.send(**{"objectives-1-text_en": "Second text, edited"}))

    assert list(goal.objectives.values_list("text_en", flat=True)) == ["Second text, edited"]


def test_row_that_somebody_changed_is_not_deleted_unseen(goal, forms):
    first, second = forms
    assert saved(first.send(**{"objectives-0-text_en": "Edited"}))
    response = second.send(**{"objectives-0-DELETE": "on"})

    assert response.status_code == 200
    assert "amal changed “GPG 1.1”" in response.content.decode()
    assert goal.objectives.count() == 2
    assert second.fields["objectives-0-text_en"] == "Edited"

    assert saved(second.send())
    assert goal.objectives.count() == 1


def test_record_that_somebody_deleted_is_reported_and_not_made_again(goal, forms):
    _first, second = forms
    goal.delete()
    response = second.send(title_en="Edited meanwhile", objectives__0__text_ar="نص محرر")

    page = response.content.decode()
    assert response.status_code == 410
    assert "deleted" in page
    assert "Edited meanwhile" in page
    assert "نص محرر" in page
    assert not Goal.objects.exists()


def test_new_row_of_a_deleted_record_is_not_lost(goal, forms):
    _first, second = forms
    goal.delete()
    row = {"objectives-2-number": "3", "objectives-2-text_ar": "صف جديد"}
    page = second.send(**row, **{"objectives-TOTAL_FORMS": "3"}).content.decode()

    typed = page[page.index("What you had typed") :]
    assert "صف جديد" in typed
    assert "published" not in typed  # which was left as it was


def test_lists_that_are_edited_in_place_are_merged_too(goal, people, monkeypatch):
    model_admin = type(admin.site._registry[Goal])
    monkeypatch.setattr(model_admin, "list_display", ["code", "title_en", "is_published"])
    monkeypatch.setattr(model_admin, "list_display_links", ["code"])
    monkeypatch.setattr(model_admin, "list_editable", ["title_en", "is_published"])
    other = make_goal(number=2, title_en="Second")
    goals = address("goals_goal_changelist", language="en")
    first, second = [AdminForm(client, goals) for client in people]
    with CaptureQueriesContext(connection) as queries:
        assert saved(first.send(_save="Save", **{"form-0-title_en": "Theirs"}))
    is_locked = any("FOR UPDATE" in query["sql"] for query in queries)
    assert is_locked == connection.features.has_select_for_update

    typed = {"form-0-title_en": "Yours", "form-1-title_en": "Second, edited"}
    response = second.send(_save="Save", **typed)
    assert "amal changed this too" in response.content.decode()
    assert second.fields | typed == second.fields
    assert saved(second.send(_save="Save"))
    titles = [Goal.objects.get(pk=record.pk).title_en for record in (goal, other)]
    assert titles == ["Yours", "Second, edited"]

    third = AdminForm(people[0], goals)
    goal.delete()
    response = third.send(_save="Save", **{"form-0-title_en": "Typed meanwhile"})
    assert "deleted" in response.content.decode()
    assert third.fields["form-0-title_en"] == "Typed meanwhile"
    assert Goal.objects.count() == 1


def test_comment_is_kept_with_the_change(goal, forms):
    assert saved(forms[0].send(title_en="New title", revision_comment=" As\0 agreed\nin May "))
    assert Change.objects.first().revision.comment == "As agreed in May"
    history = address("goals_goal_history", goal.pk, language="en")
    assert "As agreed in May" in forms[0].client.get(history).content.decode()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_comment_of_a_refused_form_is_kept(goal, people, language):
    form = AdminForm(people[0], address("goals_goal_change", goal.pk, language=language))
    assert form.send(title_ar="", revision_comment="Why").status_code == 200
    assert form.fields["revision_comment"] == "Why"
    assert ("تعليق يُحفظ في سجل التغييرات" in form.html) == (language == "ar")


def test_record_that_somebody_changed_is_not_deleted_unseen(goal, people):
    first, second = people
    delete = address("goals_goal_delete", goal.pk, language="en")
    confirmation = AdminForm(first, delete)
    form = AdminForm(second, address("goals_goal_change", goal.pk, language="en"))
    assert saved(form.send(objectives__0__text_en="Edited meanwhile"))

    response = first.post(delete, confirmation.fields, follow=True)
    assert "It was not deleted" in response.content.decode()
    assert Goal.objects.exists()

    assert saved(AdminForm(first, delete).send())
    assert not Goal.objects.exists()


def test_records_that_somebody_changed_are_not_deleted_together_unseen(goal, people):
    first, second = people
    other = make_goal(number=2)
    goals = address("goals_goal_changelist", language="en")
    chosen = {"action": "delete_selected", "_selected_action": [str(goal.pk), str(other.pk)]}
    asked = {**chosen, "post": "yes"}
    asked["seen"] = first.post(goals, chosen).context["seen"]
    form = AdminForm(second, address("goals_goal_change", goal.pk, language="en"))
    assert saved(form.send(objectives__0__text_en="Edited meanwhile"))

    response = first.post(goals, asked)
    assert "Nothing was deleted" in response.content.decode()
    assert Goal.objects.count() == 2

    assert first.post(goals, asked | {"seen": response.context["seen"]}).status_code == 302
    assert not Goal.objects.exists()


def test_action_and_load_leave_an_open_form_its_edits(goal, forms):
    _first, second = forms
    Goal.objects.update(is_published=False)
    assert saved(second.send(title_en="New title"))

    goal.refresh_from_db()
    assert (goal.is_published, goal.title_en) == (False, "New title")


def test_form_that_does_not_say_what_it_showed_is_refused(goal, forms):
    first, _second = forms
    first.fields = {
        name: value for name, value in first.fields.items() if not name.startswith("initial-")
    }
    response = first.send(title_en="From nowhere")

    assert response.status_code == 200
    assert "does not include its original values" in response.content.decode()
    goal.refresh_from_db()
    assert goal.title_en == "Title"


def test_nothing_changed_is_nothing_written(goal, forms):
    before = Revision.objects.count()
    assert saved(forms[0].send())
    assert Revision.objects.count() == before


def test_line_ends_of_a_browser_are_no_change(people):
    term = make_term("unodc", forms_en="one\ntwo")
    form = AdminForm(people[0], address("library_term_change", term.pk))
    assert saved(form.send(definition_en="Edited"))
    term.refresh_from_db()
    assert term.forms_en == "one\ntwo"

    assert saved(AdminForm(people[0], form.address).send(forms_en="one\ntwo\nthree"))
    term.refresh_from_db()
    assert term.forms_en == "one\ntwo\nthree"


def test_change_is_recorded_with_who_made_it(goal, forms):
    assert saved(forms[0].send(objectives__1__text_en="Edited"))
    change = Change.objects.first()
    assert (change.model, change.state["text_en"]) == ("goals.objective", "Edited")
    assert (change.kind, change.revision.author_name) == ("changed", "amal")
    assert Objective.objects.get(pk=change.record).text_ar == "نص ثان"


@pytest.mark.parametrize("key", ["abc", "0", "99999999999999999999", "١", "-1"])
@pytest.mark.parametrize("task", ["change", "delete", "history"])
def test_addresses_without_a_record_are_no_error_of_the_server(admin_client, key, task):
    where = f"/en/admin/goals/goal/{key}/{task}/"
    assert admin_client.get(where).status_code in (302, 404)
    assert admin_client.post(where, {"title_en": "x"}).status_code in (302, 404, 410)


def test_presence_is_of_records_that_are_there(admin_client):
    for key in (0, 99999999999999999999):
        where = f"/en/admin/goals/goal/{key}/presence/"
        assert admin_client.post(where).status_code == 404


def test_row_of_a_strange_number_is_no_error_of_the_server(goal, forms):
    first, _second = forms
    response = first.send(**{"objectives-0-id": "strange", "objectives-0-text_en": "Edited"})
    assert response.status_code == 200
    assert goal.objectives.filter(text_en="First text").exists()


def test_form_locks_the_record_and_then_its_rows_only_when_it_is_sent(goal, people, monkeypatch):
    locked, lock = [], QuerySet.select_for_update

    def lock_and_remember(queryset, *arguments, **options):
        locked.append(queryset.model)
        return lock(queryset, *arguments, **options)

    monkeypatch.setattr(QuerySet, "select_for_update", lock_and_remember)
    form = AdminForm(people[0], address("goals_goal_change", goal.pk, language="en"))
    locked_by_opening = list(locked)

    assert saved(form.send(title_en="New title"))

    # Then, when it is written, the version of the content, for the index of mentions.
    assert (locked_by_opening, locked) == ([], [Goal, Objective, ContentVersion])
