"""A change of a published page may be proposed; a publisher accepts, changes or refuses it."""

import pytest

from editing.models import Proposal
from history.models import Change
from tests.editing.test_roles import client_with_role
from tests.factories import make_goal, make_line, make_objective
from tests.forms import AdminForm
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    goal = make_goal(number=1, title_ar="عنوان", subject_ar="Old title")
    make_objective(goal, text_ar="نص", text_en="Old text")
    return goal


def line_of_new_row():
    return str(make_line(NEW_ROW["objectives__1__text_ar"]).pk)


def propose(client, goal, **values):
    form = AdminForm(client, address("goals_goal_change", goal.pk, language="en"))
    return form.send(_propose="Save as a proposal", **values)


@pytest.fixture
def proposal(goal, editor):
    propose(editor, goal, subject_ar="New title", objectives__0__text_en="New text")
    return Proposal.objects.get()


def proposal_page(client, proposal):
    return AdminForm(client, address("editing_proposal_change", proposal.pk, language="en"))


def texts(goal):
    goal.refresh_from_db()
    return goal.subject_ar, goal.objectives.get().text_en


def test_proposal_changes_nothing_and_waits(goal, proposal, publisher):
    assert texts(goal) == ("Old title", "Old text")
    assert (proposal.author_name, proposal.state) == ("editor", "open")
    page = proposal_page(publisher, proposal).html
    assert "<del>Old</del><ins>New</ins> title" in page
    assert "<del>Old</del><ins>New</ins> text" in page
    index = publisher.get(address("index", language="en")).content.decode()
    assert "Proposals to decide on" in index


def test_publisher_accepts_it_in_own_words_too(goal, proposal, publisher):
    page = proposal_page(publisher, proposal)
    assert page.send(_accept="Accept", **{"text-1": "Newer text"}).status_code == 302

    assert texts(goal) == ("New title", "Newer text")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("accepted", "publisher")
    changes = Change.objects.filter(kind="changed")
    assert {change.revision.comment for change in changes} == {"editor → publisher"}
    assert "has decided on this proposal" in page.send(_accept="Accept").content.decode()


def test_comment_of_a_proposal_is_shown_and_kept_in_the_history(goal, editor, publisher):
    propose(editor, goal, subject_ar="New title", revision_comment="As on the  cover")
    page = proposal_page(publisher, Proposal.objects.get())
    assert "<bdi>As on the cover</bdi>" in page.html
    page.send(_accept="Accept")

    comment = Change.objects.get(kind="changed").revision.comment
    assert comment == "editor → publisher: As on the cover"


def test_publisher_refuses_it_with_a_reason(goal, proposal, publisher, editor):
    page = proposal_page(publisher, proposal)
    response = page.send(_refuse="Refuse", reason=" ")
    assert "Please say why" in response.content.decode()
    assert page.send(_refuse="Refuse", reason="Not what the line says.").status_code == 302

    assert texts(goal) == ("Old title", "Old text")
    seen = editor.get(address("editing_proposal_change", proposal.pk, language="en"))
    assert "Not what the line says." in seen.content.decode()


def test_what_changed_since_is_shown_and_nothing_is_overwritten_unseen(goal, proposal, publisher):
    page = proposal_page(publisher, proposal)
    goal.subject_ar = "Title of somebody else"
    goal.save()

    response = page.send(_accept="Accept")
    assert response.status_code == 200
    assert "has been changed since you opened" in response.content.decode()
    assert "It was changed after this was proposed" in page.html
    assert texts(goal) == ("Title of somebody else", "Old text")

    assert page.send(_accept="Accept").status_code == 302
    assert texts(goal) == ("New title", "New text")


def test_row_that_was_deleted_is_said(goal, proposal, publisher):
    goal.objectives.all().delete()
    page = proposal_page(publisher, proposal)
    assert "not there any more" in page.html
    assert "was deleted" in page.send(_accept="Accept").content.decode()
    goal.refresh_from_db()
    assert goal.subject_ar == "Old title"


def test_others_see_it_and_do_not_decide(goal, proposal, editor):
    where = address("editing_proposal_change", proposal.pk)
    for client in (editor, client_with_role("translator")):
        assert client.get(where).status_code == 200
        assert client.post(where, {"_accept": "1"}).status_code == 403
    assert texts(goal) == ("Old title", "Old text")


def test_form_without_changes_is_not_proposed(goal, editor):
    propose(editor, goal)
    assert not Proposal.objects.exists()


NEW_ROW = {
    "objectives__TOTAL_FORMS": "2",
    "objectives__1__number": "2",
    "objectives__1__text_ar": "نص جديد",
    "objectives__1__text_en": "Added text",
}


def test_new_row_is_proposed_and_made_when_accepted(goal, editor, publisher):
    propose(editor, goal, objectives__1__line=line_of_new_row(), **NEW_ROW)
    proposal = Proposal.objects.get()
    assert goal.objectives.count() == 1

    page = proposal_page(publisher, proposal)
    assert "New row 2, text (English)" in page.html
    texts = {name: text for name, text in page.fields.items() if text == "Added text"}
    assert page.send(_accept="Accept", **dict.fromkeys(texts, "In other words")).status_code == 302
    added = goal.objectives.get(number=2)
    assert (added.code, added.text_en, added.text_ar) == ("GPG 1.2", "In other words", "نص جديد")
    assert Change.objects.filter(kind="added", record=added.pk).exists()


def test_deletion_of_a_row_is_proposed_and_made_when_accepted(goal, publisher):
    propose(publisher, goal, objectives__0__DELETE="on", subject_ar="New title")
    assert goal.objectives.count() == 1
    page = proposal_page(publisher, Proposal.objects.get())
    assert "It is deleted" in page.html
    row = goal.objectives.get()
    row.text_en = "Edited meanwhile"
    row.save()

    assert "has been changed since" in page.send(_accept="Accept").content.decode()
    assert page.send(_accept="Accept").status_code == 302
    assert not goal.objectives.exists()


def test_new_row_that_cannot_be_made_is_said(goal, editor, publisher):
    propose(editor, goal, objectives__1__line=line_of_new_row(), **NEW_ROW)
    make_objective(goal, number=2)
    page = proposal_page(publisher, Proposal.objects.get())
    response = page.send(_accept="Accept")
    assert response.status_code == 200
    assert goal.objectives.count() == 2


def test_rows_that_change_places_are_proposed(goal, editor, publisher):
    second = make_objective(goal)
    propose(editor, goal, objectives__0__number="2", objectives__1__number="1")
    assert (
        proposal_page(publisher, Proposal.objects.get()).send(_accept="Accept").status_code == 302
    )
    assert goal.objectives.first() == second


def test_wrong_words_are_said_and_nothing_is_written(goal, proposal, publisher):
    page = proposal_page(publisher, proposal)
    response = page.send(_accept="Accept", **{"text-0": "x" * 300})
    assert response.status_code == 200
    assert texts(goal) == ("Old title", "Old text")
    assert page.fields["text-0"] == "x" * 300


def test_new_record_is_not_proposed(publisher):
    form = AdminForm(publisher, address("goals_goal_add", language="en"))
    response = form.send(_propose="Save as a proposal", subject_ar="A goal")
    assert response.status_code == 200
    assert not Proposal.objects.exists()


def test_new_row_takes_the_number_of_one_that_the_proposal_deletes(goal, publisher):
    deleted = goal.objectives.get()
    row = NEW_ROW | {"objectives__1__number": "1", "objectives__1__line": line_of_new_row()}
    propose(publisher, goal, objectives__0__DELETE="on", **row)
    page = proposal_page(publisher, Proposal.objects.get())

    response = page.send(_accept="Accept")

    assert response.status_code == 302
    added = goal.objectives.get()
    assert (added.number, added.text_en, added.pk == deleted.pk) == (1, "Added text", False)
