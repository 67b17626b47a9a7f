"""What editors change in what readers see waits for a publisher; drafts they change at once."""

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
from editing.models import Proposal
from library.models import Correction, Term
from search.models import UnansweredQuery
from tests.factories import make_goal, make_line, make_objective, make_term
from tests.forms import AdminForm
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def goal():
    goal = make_goal(number=1, title_ar="عنوان", title_en="Title")
    make_objective(goal, text_ar="نص", text_en="Text")
    return goal


def opened(client, name, *arguments):
    return AdminForm(client, address(name, *arguments, language="en"))


def decide(client, button="_accept", **values):
    page = opened(client, "editing_proposal_change", Proposal.objects.get().pk)
    return page.send(**{button: "Accept"}, **values)


@pytest.mark.parametrize("button", ["_propose", "_save", "_continue"])
def test_whatever_button_an_editor_sends_readers_see_the_page_as_it_was(goal, editor, button):
    opened(editor, "goals_goal_change", goal.pk).send(**{button: "1"}, subject_ar="موضوع آخر")

    goal.refresh_from_db()
    assert goal.subject_ar != "موضوع آخر"
    assert Proposal.objects.get().changes[0]["proposed"] == "موضوع آخر"


def test_form_of_an_editor_has_one_button_and_names_what_waits(goal, editor):
    form = opened(editor, "goals_goal_change", goal.pk)
    assert 'value="Send for publication"' in form.html
    assert 'name="_save"' not in form.html
    form.send(_propose="1", subject_ar="موضوع", revision_comment="As on the cover")

    again = opened(editor, "goals_goal_change", goal.pk).html
    assert "that wait for a publisher" in again
    assert "As on the cover" in again


def test_translations_alone_are_public_at_once(goal, editor):
    opened(editor, "goals_goal_change", goal.pk).send(
        _propose="1", title_en="New title", objectives__0__text_en="New text"
    )

    goal.refresh_from_db()
    assert (goal.title_en, goal.objectives.get().text_en) == ("New title", "New text")
    assert not Proposal.objects.exists()


def test_translation_that_follows_its_source_waits_with_it(goal, editor):
    opened(editor, "goals_goal_change", goal.pk).send(subject_ar="موضوع", subject_en="Subject")

    goal.refresh_from_db()
    assert goal.subject_en != "Subject"
    assert {each["column"] for each in Proposal.objects.get().changes} == {
        "subject_ar",
        "subject_en",
    }


def test_draft_is_changed_at_once_and_sent_for_publication(editor, publisher):
    draft = make_goal(number=1, is_published=False)
    form = opened(editor, "goals_goal_change", draft.pk)
    assert 'name="_save"' in form.html
    assert form.send(_propose="1", subject_ar="موضوع").status_code == 302

    draft.refresh_from_db()
    assert (draft.subject_ar, draft.is_published) == ("موضوع", False)
    assert decide(publisher).status_code == 302
    draft.refresh_from_db()
    assert draft.is_published


def test_draft_that_may_not_be_published_is_kept_and_not_sent(editor):
    draft = make_goal(number=1, is_published=False)
    response = opened(editor, "goals_goal_change", draft.pk).send(
        _propose="1", title_ar="غير السطر"
    )

    draft.refresh_from_db()
    assert draft.title_ar == "غير السطر"
    assert not Proposal.objects.exists()
    page = editor.get(response["Location"]).content.decode()
    assert "was not sent" in page
    assert "not as in its line" in page


def test_draft_that_differs_from_its_line_since_is_not_accepted(editor, publisher):
    draft = make_goal(number=1, is_published=False)
    opened(editor, "goals_goal_change", draft.pk).send(_propose="1")
    draft.title_ar = "غير السطر"
    draft.save()

    assert "not as in its line" in decide(publisher).content.decode()
    draft.refresh_from_db()
    assert not draft.is_published
    assert Proposal.objects.get().state == "open"


def test_words_of_a_publisher_are_those_of_the_line_too(goal, editor, publisher):
    line = make_line("نص ثان")
    row = goal.objectives.get()
    opened(editor, "goals_goal_change", goal.pk).send(
        objectives__0__text_ar="نص ثان", objectives__0__line=str(line.pk)
    )
    page = opened(publisher, "editing_proposal_change", Proposal.objects.get().pk)
    [field] = [name for name, text in page.fields.items() if text == "نص ثان"]

    assert "not as in its line" in page.send(_accept="1", **{field: "غيره"}).content.decode()
    row.refresh_from_db()
    assert row.text_ar == "نص"
    assert page.send(_accept="1", **{field: "نص ثان"}).status_code == 302
    row.refresh_from_db()
    assert row.text_ar == "نص ثان"


def test_new_term_waits_and_is_made_when_accepted(editor, publisher):
    form = opened(editor, "library_term_add")
    assert 'value="Send for publication"' in form.html
    values = {"slug": "new-term", "kind": "concept", "term_ar": "مصطلح", "term_en": "Term"}
    values |= {"definition_ar": "تعريف", "definition_en": "Definition"}
    assert form.send(_propose="1", **values, source_url="https://example.org").status_code == 302
    assert not Term.objects.exists()

    assert decide(publisher).status_code == 302
    assert Term.objects.get().term_en == "Term"


def test_correction_of_a_draft_document_is_saved_at_once(editor):
    line = make_line("سطر")
    line.document.is_published = False
    line.document.save()
    opened(editor, "library_correction_add").send(
        line=str(line.pk), original="سطر", reading="سطور", certainty="sure", reason_ar="خطأ"
    )

    assert Correction.objects.get().reading == "سطور"
    assert not Proposal.objects.exists()


def test_deletion_waits_and_is_made_when_accepted(editor, publisher):
    term = make_term()
    where = address("library_term_delete", term.pk, language="en")
    page = editor.get(where).content.decode()
    assert "Readers go on seeing it" in page
    AdminForm(editor, where).send(post="yes", revision_comment="Twice")
    assert Term.objects.exists()

    page = opened(publisher, "editing_proposal_change", Proposal.objects.get().pk)
    assert "It is deleted" in page.html
    assert "Twice" in page.html
    Term.objects.update(term_en="Changed meanwhile")
    assert "has been changed since" in page.send(_accept="1").content.decode()
    assert page.send(_accept="1").status_code == 302
    assert not Term.objects.exists()


def test_of_many_that_are_deleted_the_public_ones_wait(editor):
    public, draft = make_goal(number=1), make_goal(number=2, is_published=False)
    sent = {"action": "delete_selected", "_selected_action": [public.pk, draft.pk]}
    form = editor.post(address("goals_goal_changelist", language="en"), sent)
    seen = form.context_data["seen"]
    where = address("goals_goal_changelist", language="en")
    editor.post(where, sent | {"post": "yes", "seen": seen})

    assert list(type(public).objects.all()) == [public]
    assert Proposal.objects.get().record == public.pk


def test_editor_restores_drafts_alone(goal, editor):
    draft = make_goal(number=2, is_published=False)
    for record in (goal, draft):
        record.subject_ar = "آخر"
        record.save()
        page = editor.get(address("goals_goal_history", record.pk, language="en")).content.decode()
        assert ("/restore/" in page) == (record is draft)


def test_query_that_becomes_another_name_of_a_term_waits_too(editor, publisher):
    rights = Permission.objects.filter(content_type__model="unansweredquery")
    User.objects.get(username="editor").user_permissions.add(*rights)
    term = make_term()
    query = UnansweredQuery.objects.create(text="other name", language="en")
    form = opened(editor, "search_unansweredquery_change", query.pk)
    page = editor.get(form.send(term=str(term.pk))["Location"]).content.decode()

    assert "waits for a publisher" in page
    assert UnansweredQuery.objects.exists()
    assert decide(publisher).status_code == 302
    term.refresh_from_db()
    assert "other name" in term.forms_en
