"""Mails are put into the outbox in the language of their recipient, or not at all."""

import pytest
from django.db import transaction

from accounts.models import User
from notifications.models import Kind, MailChoices, OutgoingMail, State
from notifications.outbox import choices_of, queue, withdraw

pytestmark = pytest.mark.django_db

PREFIX = "accounts/email/new_browser"  # templates in both languages
CONTEXT = {"username": "lena & co", "browser": "Firefox · Linux"}


@pytest.fixture(autouse=True)
def with_mail(settings):
    settings.SENDS_MAIL = settings.NOTIFY_BY_MAIL = True


@pytest.fixture
def lena(db):
    return User.objects.create_user("lena", "lena@example.org")


def queue_one(person, kind=Kind.PROPOSAL_ACCEPTED):
    queue(person, kind, PREFIX, CONTEXT)


def test_mail_waits_in_the_language_of_the_documents_or_that_of_the_person(lena):
    queue_one(lena)
    MailChoices.objects.create(user=lena, language="en")
    queue_one(lena)

    arabic, english = OutgoingMail.objects.all()
    assert (arabic.state, arabic.attempts) == (State.WAITING, 0)
    assert arabic.subject.startswith("[Global Policing Goals] دخول")
    assert "Firefox · Linux" in arabic.body
    assert english.subject == "[Global Policing Goals] A new sign-in"
    assert english.body.startswith("Somebody has signed in as lena & co from")


@pytest.mark.parametrize(
    "reason", ["portal sends none", "switched off for all", "no address", "inactive", "declined"]
)
def test_nothing_is_queued_for_whoever_gets_no_mail(lena, settings, reason):
    settings.SENDS_MAIL = reason != "portal sends none"
    settings.NOTIFY_BY_MAIL = reason != "switched off for all"
    lena.email = "" if reason == "no address" else lena.email
    lena.is_active = reason != "inactive"
    if reason == "declined":
        MailChoices.objects.create(user=lena, declined=[Kind.PROPOSAL_ACCEPTED])

    queue_one(lena)

    assert not OutgoingMail.objects.exists()


def test_invitations_are_not_switched_off(lena, settings):
    settings.NOTIFY_BY_MAIL = False
    MailChoices.objects.create(user=lena, declined=[Kind.INVITATION])

    queue_one(lena, Kind.INVITATION)

    assert OutgoingMail.objects.get().kind == Kind.INVITATION


def test_other_kinds_come_where_one_is_declined(lena):
    MailChoices.objects.create(user=lena, declined=[Kind.PROPOSAL_REFUSED])
    queue_one(lena)
    assert OutgoingMail.objects.count() == 1


def test_what_is_rolled_back_sends_nothing(lena):
    def fail_later():
        with transaction.atomic():
            queue_one(lena)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_later()
    assert not OutgoingMail.objects.exists()


def test_only_what_waits_is_withdrawn(lena):
    for state in (State.WAITING, State.SENT):
        queue_one(lena)
        OutgoingMail.objects.filter(state=State.WAITING).exclude(state=state).update(state=state)
    queue_one(lena)
    queue_one(lena, Kind.PROPOSAL_REFUSED)

    withdraw(lena, Kind.PROPOSAL_ACCEPTED)

    rows = OutgoingMail.objects.values_list("kind", "state")
    assert (Kind.PROPOSAL_ACCEPTED, State.WAITING) not in rows
    assert (Kind.PROPOSAL_REFUSED, State.WAITING) in rows


def test_choices_of_nobody_are_not_saved(lena):
    assert choices_of(lena).language == "ar"
    assert not MailChoices.objects.exists()
