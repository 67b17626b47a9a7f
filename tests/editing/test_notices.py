"""People hear of proposals: by mail, each in their language, and under “My work”."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from editing.models import Proposal
from editing.notices import remind_overdue
from notifications.models import Kind, MailChoices, OutgoingMail
from notifications.sending import due_mails_wanted
from tests.editing.test_roles import client_with_role
from tests.factories import make_goal
from tests.forms import AdminForm
from tests.portal.test_admin import address

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_mail(settings):
    settings.SENDS_MAIL = settings.NOTIFY_BY_MAIL = True
    settings.PUBLIC_ORIGIN = "https://portal.example.org"


@pytest.fixture
def goal():
    return make_goal(number=1, title_ar="عنوان", subject_ar="قديم")


def signed_in(role, language="en"):
    client = client_with_role(role)
    person = User.objects.get(username=role)
    person.email = f"{role}@example.org"
    person.save()
    MailChoices.objects.create(user=person, language=language)
    return client


@pytest.fixture
def editor():
    return signed_in("editor")


@pytest.fixture
def publisher():
    return signed_in("publisher", language="ar")


def propose(client, goal, **values):
    form = AdminForm(client, address("goals_goal_change", goal.pk, language="en"))
    return form.send(_propose="1", **values or {"subject_ar": "جديد"})


def decide(client, **values):
    where = address("editing_proposal_change", Proposal.objects.get().pk, language="en")
    return AdminForm(client, where).send(**values)


def mails():
    return [(mail.recipient.username, mail.kind) for mail in OutgoingMail.objects.all()]


def test_publishers_hear_of_it_in_their_language_and_its_author_does_not(goal, editor, publisher):
    signed_in("translator")
    propose(editor, goal)

    assert mails() == [("publisher", Kind.PROPOSAL_WAITS)]
    mail = OutgoingMail.objects.get()
    assert "عنوان" in mail.subject
    assert "editor" in mail.body
    where = address("editing_proposal_change", Proposal.objects.get().pk, language="ar")
    assert f"https://portal.example.org{where}" in mail.body


@pytest.mark.parametrize(
    ("sent", "kind", "words"),
    [
        ({"_accept": "1"}, Kind.PROPOSAL_ACCEPTED, "has accepted your proposal"),
        ({"_refuse": "1", "reason": "Not so."}, Kind.PROPOSAL_REFUSED, "Not so."),
    ],
)
def test_author_hears_what_became_of_it(goal, editor, publisher, sent, kind, words):
    propose(editor, goal)
    OutgoingMail.objects.all().delete()
    assert decide(publisher, **sent).status_code == 302

    assert mails() == [("editor", kind)]
    assert words in OutgoingMail.objects.get().body


def test_decision_that_fails_tells_nobody(goal, editor, publisher):
    propose(editor, goal)
    OutgoingMail.objects.all().delete()
    assert decide(publisher, _refuse="1", reason=" ").status_code == 200
    assert mails() == []


def test_whoever_decides_on_an_own_proposal_gets_no_mail(goal, publisher):
    propose(publisher, goal)
    decide(publisher, _accept="1")
    assert mails() == []


def test_kind_that_somebody_has_declined_is_not_queued(goal, editor, publisher):
    MailChoices.objects.update(declined=[Kind.PROPOSAL_WAITS])
    propose(editor, goal)
    assert mails() == []


def test_publishers_are_reminded_once_of_what_waits_too_long(goal, editor, publisher):
    propose(editor, goal)
    OutgoingMail.objects.all().delete()
    assert remind_overdue() == 0
    Proposal.objects.update(made=timezone.now() - timedelta(days=8))

    due_mails_wanted.send(None)
    assert remind_overdue() == 0
    assert mails() == [("publisher", Kind.PROPOSAL_OVERDUE)]


def test_nobody_is_reminded_where_the_portal_says_never(goal, editor, publisher, settings):
    propose(editor, goal)
    Proposal.objects.update(made=timezone.now() - timedelta(days=800))
    settings.PROPOSAL_OVERDUE_DAYS = 0
    assert remind_overdue() == 0


def first_page(client, language="en"):
    return client.get(address("index", language=language)).content.decode()


def test_my_work_says_what_waits_and_what_became_of_proposals(goal, editor, publisher):
    assert "My work" not in first_page(editor)
    propose(editor, goal)

    assert "What you have proposed" in first_page(editor)
    assert "Proposals that wait for you" not in first_page(editor)
    page = first_page(publisher)
    assert "Proposals that wait for you" in page
    assert "waits for a long time" not in page
    Proposal.objects.update(made=timezone.now() - timedelta(days=8))
    assert "waits for a long time" in first_page(publisher)

    decide(publisher, _refuse="1", reason="Not so.")
    page = first_page(editor)
    assert "<strong>refused</strong> (publisher)" in page
    assert "Not so." in page
    assert "My work" not in first_page(publisher)


def test_more_than_ten_that_wait_are_counted(goal, editor, publisher):
    for number in range(12):
        propose(editor, goal, subject_ar=f"جديد {number}")
    assert "and 2 more proposals" in first_page(publisher)
