"""Every mail is sent at most once, whatever the server and the other processes do."""

import socket
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail as locmem
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import User
from notifications import sending
from notifications.models import Kind, OutgoingMail, State
from notifications.sending import CLAIM_TERM, PAUSES, send_due
from operations import background_threads
from tests.notifications.mail_server import mail_server, send_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena(db):
    return User.objects.create_user("lena", "lena@example.org")


@pytest.fixture
def in_memory(settings):
    settings.SENDS_MAIL = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def several_connections(test):
    """Mark a test whose threads see what others have committed."""
    is_sqlite = connection.vendor == "sqlite"
    skip = pytest.mark.skipif(is_sqlite, reason="Its tests have one connection.")
    return skip(pytest.mark.django_db(transaction=True)(test))


def make_mail(person, **fields):
    defaults = {"kind": Kind.PROPOSAL_WAITS, "subject": "اقتراح", "body": "نص الرسالة"}
    return OutgoingMail.objects.create(recipient=person, **defaults | fields)


def test_mail_is_sent_once_and_its_text_deleted(lena, settings):
    row = make_mail(lena)
    with mail_server(settings) as server:
        assert send_due() == 1
        assert send_due() == 0

    row.refresh_from_db()
    (text,) = server.received
    assert "To: lena@example.org" in text
    assert (row.state, row.subject, row.body, row.attempts) == (State.SENT, "", "", 1)
    assert row.ended_at is not None


def test_subject_and_body_arrive_as_they_are(lena, in_memory):
    make_mail(lena)
    send_due()
    (message,) = locmem.outbox
    assert (message.subject, message.body) == ("اقتراح", "نص الرسالة")


# What the server says to which word, and the state of the mail after that.
ANSWERS = [
    ({"greeting": "421 not now"}, State.WAITING),
    ({"greeting": "554 never"}, State.WAITING),  # of the server, not of the mail
    ({"greeting": "hang up"}, State.WAITING),
    ({"mail": "451 try later"}, State.WAITING),
    ({"mail": "553 not this sender"}, State.FAILED),
    ({"rcpt": "450 try later"}, State.WAITING),
    ({"rcpt": "550 unknown"}, State.FAILED),
    ({"rcpt": "hang up"}, State.WAITING),
    ({"data": "421 not now"}, State.WAITING),
    ({"message": "452 disk is full"}, State.WAITING),
    ({"message": "554 looks like spam"}, State.FAILED),
    ({"message": "hang up"}, State.UNCERTAIN),
]


@pytest.mark.parametrize(("replies", "state"), ANSWERS)
def test_mail_waits_fails_or_is_uncertain_by_what_the_server_says(lena, settings, replies, state):
    row = make_mail(lena)
    with mail_server(settings, **replies):
        assert send_due() == 0
        row.refresh_from_db()
        assert (row.state, row.attempts) == (state, 1)
        assert bool(row.body) is (state == State.WAITING)
        assert send_due() == 0  # not due yet, or never again
        row.refresh_from_db()
        assert row.attempts == 1


@pytest.mark.parametrize(
    ("word", "state"),
    [("greeting", State.WAITING), ("mail", State.WAITING), ("message", State.UNCERTAIN)],
)
def test_silent_server_is_given_up(lena, settings, word, state):
    row = make_mail(lena)
    with mail_server(settings, timeout=0.2, **{word: "silence"}):
        send_due()
    row.refresh_from_db()
    assert row.state == state


def test_server_that_refuses_connections_gets_the_mail_later_and_once(lena, settings):
    row, other = make_mail(lena), make_mail(lena)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        send_to(settings, unused.getsockname()[1])
        assert send_due() == 0
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.claimed_at, row.attempts) == (State.WAITING, None, 1)
    assert other.attempts == 0  # the others wait without an attempt

    OutgoingMail.objects.update(next_attempt=timezone.now())
    with mail_server(settings) as server:
        assert send_due() == 2
        assert len(server.received) == 2


def test_pauses_grow_and_the_last_attempt_fails(lena, settings):
    row = make_mail(lena)
    pauses = []
    with mail_server(settings, rcpt="450 try later"):
        while row.state == State.WAITING:
            send_due()
            row.refresh_from_db()
            if row.state == State.WAITING:
                pauses.append(row.next_attempt - timezone.now())
            OutgoingMail.objects.update(next_attempt=timezone.now())

    assert (row.state, row.attempts) == (State.FAILED, len(PAUSES) + 1)
    assert all(
        timedelta() <= expected - pause < timedelta(seconds=50)
        for expected, pause in zip(PAUSES, pauses, strict=True)
    )


def test_address_that_nobody_can_write_to_fails(lena, settings):
    row = make_mail(lena)
    User.objects.update(email="لينا@example.org")
    with mail_server(settings) as server:
        send_due()
    row.refresh_from_db()
    assert (row.state, server.received) == (State.FAILED, [])


def test_whatever_else_goes_wrong_the_mail_is_not_sent_again(lena, settings, monkeypatch):
    row = make_mail(lena)
    with mail_server(settings):
        monkeypatch.setattr("notifications.smtp.EmailBackend.send_messages", lambda *_: 1 / 0)
        send_due()
    row.refresh_from_db()
    assert row.state == State.UNCERTAIN


@pytest.mark.parametrize(("field", "value"), [("is_active", False), ("email", "")])
def test_mail_to_somebody_who_left_is_deleted(lena, in_memory, field, value):
    make_mail(lena)
    User.objects.update(**{field: value})
    assert send_due() == 0
    assert (OutgoingMail.objects.count(), locmem.outbox) == (0, [])


def test_claim_of_a_dead_process_is_uncertain_after_a_while(lena, in_memory):
    now = timezone.now()
    old = make_mail(lena, state=State.CLAIMED, claimed_at=now - CLAIM_TERM - timedelta(seconds=1))
    new = make_mail(lena, state=State.CLAIMED, claimed_at=now)

    assert send_due() == 0

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.body, new.state) == (State.UNCERTAIN, "", State.CLAIMED)


def test_process_that_is_late_does_not_send_again(lena):
    row = make_mail(lena)
    claimed = sending.claim(row.pk)
    OutgoingMail.objects.update(state=State.UNCERTAIN, body="")

    sending.settle(claimed, sending.Outcome.POSTPONED)

    row.refresh_from_db()
    assert row.state == State.UNCERTAIN


@several_connections
def test_several_threads_send_each_mail_once(settings):
    lena = User.objects.create_user("lena", "lena@example.org")
    for number in range(12):
        make_mail(lena, subject=f"number-{number}")
    start = threading.Barrier(3)

    def send():
        start.wait()
        send_due()
        connection.close()

    with mail_server(settings) as server:
        threads = [threading.Thread(target=send) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(server.received) == 12
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {State.SENT}


@several_connections
def test_claim_is_committed_before_the_server_is_asked(settings, monkeypatch):
    make_mail(User.objects.create_user("lena", "lena@example.org"))
    seen = []

    def look(connection_to_server):
        other = threading.Thread(
            target=lambda: (
                seen.append(OutgoingMail.objects.get().state),
                connection.close(),
            )
        )
        other.start()
        other.join()
        raise ConnectionRefusedError

    with mail_server(settings):
        monkeypatch.setattr("notifications.smtp.EmailBackend.open", look)
        send_due()

    assert seen == [State.CLAIMED]


def test_command_sends_what_is_due(lena, in_memory):
    make_mail(lena)
    out = StringIO()
    call_command("send_mail", stdout=out)
    assert out.getvalue() == "Sent: 1.\n"


def test_command_needs_a_mail_server():
    with pytest.raises(CommandError, match="EMAIL_URL"):
        call_command("send_mail")


def test_thread_sends_what_is_due(monkeypatch):
    calls = []
    monkeypatch.setattr(background_threads, "send_due", lambda: calls.append(1))
    # A thread of its own, since send_mail() closes the connections of its thread.
    thread = threading.Thread(target=background_threads.send_mail)
    thread.start()
    thread.join()
    assert calls == [1]


@pytest.mark.parametrize(("sends_mail", "seconds"), [(False, 10), (True, 0), (True, 10)])
def test_thread_starts_only_where_there_is_mail(settings, monkeypatch, sends_mail, seconds):
    settings.SENDS_MAIL, settings.SEND_MAIL_SECONDS = sends_mail, seconds
    woken = []
    monkeypatch.setattr(background_threads.mailing, "wake", lambda: woken.append(True))

    background_threads.start(sender=None)

    assert bool(woken) is (sends_mail and seconds > 0)
