"""A revision is undone as one, what has changed since stays; a page goes back to any day."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from editing.undoing import plan_undo
from goals.models import Goal, Objective
from history.models import Change, Revision
from history.recording import recording
from tests.editing.test_roles import client_with_role
from tests.exchange import export_file
from tests.factories import make_goal, make_line, make_objective, make_term
from tests.forms import AdminForm
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    goal = make_goal(number=1, title_ar="عنوان", title_en="Title")
    for number in range(1, 4):
        make_objective(goal, number=number, text_ar=f"نص {number}", text_en=f"Text {number}")
    return goal


def undo_page(client, revision=None):
    revision = revision or Revision.objects.first()
    return AdminForm(client, address("history_change_undo", revision.pk, language="en"))


def texts():
    return list(Objective.objects.order_by("number").values_list("text_en", flat=True))


def change_all():
    with recording():
        for row in Objective.objects.all():
            row.text_en = f"New {row.number}"
            row.save()
    return Revision.objects.first()


def test_what_was_edited_since_stays_and_is_shown(goal, publisher):
    revision = change_all()
    Objective.objects.filter(number=2).update(text_en="Edited since")

    page = undo_page(publisher, revision)
    assert "2 records go back." in page.html
    assert "1 record stays in part or whole." in page.html
    assert "Edited since" in page.html
    assert page.send().status_code == 302

    assert texts() == ["Text 1", "Edited since", "Text 3"]
    last = Revision.objects.first()
    assert (last.author_name, last.comment.startswith("↶")) == ("publisher", True)
    assert last.changes.count() == 2
    said = publisher.get(address("index", language="en")).content.decode()
    assert "2 records are as they were." in said
    assert "GPG 1.2" in said


def test_thirty_texts_of_one_import_go_back_but_the_one_edited_meanwhile(publisher, tmp_path):
    goal = make_goal(number=1)
    for number in range(1, 31):
        make_objective(goal, number=number, text_ar=f"نص {number}", text_en=f"Text {number}")
    path = tmp_path / "texts.po"
    path.write_bytes(export_file("po").replace(b'"Text ', b'"Imported '))
    call_command("import_translations", path, apply=True, author="publisher")
    revision = Revision.objects.first()
    assert revision.changes.count() == 30
    Objective.objects.filter(number=17).update(text_en="Edited since")

    page = undo_page(publisher, revision)
    assert "29 records go back." in page.html
    assert "1 record stays in part or whole." in page.html
    assert page.send().status_code == 302

    expected = [f"Text {number}" for number in range(1, 31)]
    expected[16] = "Edited since"
    assert texts() == expected
    assert Revision.objects.first().changes.count() == 29


def test_nothing_is_undone_that_changed_after_the_preview(goal, publisher):
    page = undo_page(publisher, change_all())
    Objective.objects.filter(number=2).update(text_en="Edited since")

    response = page.send()
    assert "has been changed since you opened" in response.content.decode()
    assert texts() == ["New 1", "Edited since", "New 3"]
    assert page.send().status_code == 302
    assert texts() == ["Text 1", "Edited since", "Text 3"]


def test_undo_can_be_undone(goal, publisher):
    undo_page(publisher, change_all()).send()
    undo_page(publisher).send()

    assert texts() == ["New 1", "New 2", "New 3"]


def test_deleted_page_comes_back_with_its_rows(goal, publisher):
    before = list(Objective.objects.values_list("pk", "code"))
    goal.delete()
    page = undo_page(publisher)
    assert "4 records go back." in page.html
    assert page.send().status_code == 302

    assert list(Objective.objects.values_list("pk", "code")) == before


def test_what_was_added_goes_unless_something_stands_under_it(publisher):
    with recording():
        goal = make_goal(number=1)
        make_objective(goal)
    added = Revision.objects.first()
    later = make_objective(goal)
    page = undo_page(publisher, added)
    assert "was added since belongs to it" in page.html
    later.delete()

    assert undo_page(publisher, added).send().status_code == 302
    assert not Goal.objects.exists()


def test_rows_exchange_their_numbers_again(goal, publisher):
    form = AdminForm(publisher, address("goals_goal_change", goal.pk, language="en"))
    form.send(objectives__0__number="2", objectives__1__number="1")
    moved = dict(Objective.objects.values_list("pk", "number"))
    undo_page(publisher).send()

    back = dict(Objective.objects.values_list("pk", "number"))
    assert back != moved
    assert sorted(back.values()) == [1, 2, 3]


def test_action_of_a_list_says_which_and_is_undone(publisher):
    goals = [make_goal(number=number) for number in (1, 2)]
    where = address("goals_goal_changelist", language="en")
    data = {"action": "hide", "_selected_action": [goal.pk for goal in goals]}
    asked = publisher.post(where, data).content.decode()
    assert "You have chosen 2 records:" in asked
    assert str(goals[1]) in asked
    assert Goal.objects.filter(is_published=True).count() == 2

    page = publisher.post(where, data | {"confirmed": "yes"}, follow=True).content.decode()
    assert "2 pages were hidden." in page
    assert address("history_change_undo", Revision.objects.first().pk, language="en") in page
    undo_page(publisher).send()
    assert Goal.objects.filter(is_published=True).count() == 2


def test_page_that_may_not_be_published_any_more_stays_hidden(publisher):
    goal = make_goal(number=1)
    Goal.objects.update(is_published=False)
    hidden = Revision.objects.first()
    line = make_line("سطر آخر")
    Goal.objects.update(line=line)

    page = undo_page(publisher, hidden)
    assert page.send().status_code == 302
    goal.refresh_from_db()
    assert not goal.is_published
    assert "not as in its line" in publisher.get(address("index", language="en")).content.decode()


@pytest.mark.parametrize(("role", "undone"), [("translator", True), ("editor", True)])
def test_translations_are_undone_by_whoever_may_translate(goal, role, undone):
    revision = change_all()
    assert undo_page(client_with_role(role), revision).send().status_code == 302
    assert texts() == ["Text 1", "Text 2", "Text 3"]


def test_editor_undoes_what_concerns_drafts_alone(goal):
    editor = client_with_role("editor")
    Goal.objects.update(subject_ar="آخر")
    page = undo_page(editor)
    assert "ask a publisher" in page.html
    assert editor.post(page.address, {"seen": "x"}).status_code == 403

    Goal.objects.update(is_published=False)
    Goal.objects.update(subject_ar="غيره")
    assert undo_page(editor).send().status_code == 302
    assert Goal.objects.get().subject_ar == "آخر"


def test_undone_twice_there_is_nothing_left(goal, publisher):
    revision = change_all()
    undo_page(publisher, revision).send()
    assert plan_undo(revision) == []
    assert "there is nothing to bring back" in undo_page(publisher, revision).html


def as_of(client, goal, **values):
    where = address("goals_goal_as_of", goal.pk, language="en")
    return client.get(where, values), where


def test_page_goes_back_to_how_it_was_with_its_rows(goal, publisher):
    then = timezone.now() - timedelta(days=2)
    Revision.objects.update(made=then)
    change_all()
    Objective.objects.get(number=3).delete()
    make_objective(goal, number=4, text_ar="نص 4", text_en="Text 4")
    term = make_term()

    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    where = address("goals_goal_as_of", goal.pk, language="en")
    page = AdminForm(publisher, f"{where}?day={day}")
    assert "4 records go back." in page.html
    assert page.send().status_code == 302

    assert texts() == ["Text 1", "Text 2", "Text 3"]
    assert type(term).objects.filter(pk=term.pk).exists()


@pytest.mark.parametrize(
    ("day", "sentence"), [("2999-01-01", "not over yet"), ("nonsense", "Enter a valid date")]
)
def test_wrong_day_is_said(goal, publisher, day, sentence):
    response, _where = as_of(publisher, goal, day=day)
    assert response.status_code == 200
    assert sentence in response.content.decode()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_history_leads_to_both_pages(goal, publisher, language):
    page = publisher.get(address("goals_goal_history", goal.pk, language=language)).content.decode()
    assert address("goals_goal_as_of", goal.pk, language=language) in page
    revision = Change.objects.filter(model="goals.goal").first().revision_id
    assert address("history_change_undo", revision, language=language) in page
    response, _where = as_of(publisher, goal)
    assert response.status_code == 200


@pytest.mark.parametrize("pk", [0, 10**18])
def test_unknown_revision_is_not_found(publisher, pk):
    assert publisher.get(address("history_change_undo", pk)).status_code == 404
