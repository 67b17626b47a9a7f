"""Mails and links for a new password: a stranger cannot use them up."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import NewBrowser
from editing.roles import EDITORS
from tests.accounts.test_limits import HERE, THERE, guess, kind, known_browser
from tests.accounts.test_password import attempt
from tests.accounts.test_second_factor import make_person, signed_in
from tests.conftest import sqlite_only

pytestmark = pytest.mark.django_db

RESET = "/en/account/password/reset/"


@pytest.fixture(autouse=True)
def lena(db):
    cache.clear()
    return make_person(EDITORS)


@pytest.fixture
def immediate_mail(settings, monkeypatch):
    settings.SENDS_MAIL = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    monkeypatch.setattr("threading.Thread.start", lambda thread: thread.run())


def reset(email="lena@example.org", client=None, **extra):
    return (client or Client()).post(RESET, {"email": email}, **extra).status_code


def test_stranger_does_not_use_up_the_mails_for_a_new_password(immediate_mail):
    owner = known_browser()
    strangers = [reset(REMOTE_ADDR=f"198.51.100.{number}") for number in range(4)]
    assert strangers == [302, 302, 302, 429]

    # Its own three; after that it is counted with the others.
    assert [reset("LENA@example.org", owner) for _ in range(4)] == [302, 302, 302, 429]
    assert [message.to for message in mail.outbox] == [["lena@example.org"]] * 6


@sqlite_only
def test_mails_of_a_known_browser_leave_those_of_the_others(immediate_mail):
    owner = known_browser()
    assert [reset(client=owner, REMOTE_ADDR=HERE) for _ in range(3)] == [302] * 3

    assert [reset(REMOTE_ADDR=THERE) for _ in range(4)] == [302, 302, 302, 429]


@sqlite_only
def test_known_browser_gets_a_mail_while_others_flood_its_address(immediate_mail):
    owner = known_browser()
    for number in range(5):
        reset(f"name{number}@example.org")
    assert reset("another@example.org") == 429

    assert reset(client=owner) == 302
    assert reset("another@example.org", owner) == 429


@sqlite_only
def test_address_that_is_not_verified_gives_no_more_mails(immediate_mail):
    mona = make_person(EDITORS, "mona")
    EmailAddress.objects.create(user=mona, email="lena@example.org", verified=False)
    insider = known_browser("mona")

    assert [reset(client=insider) for _ in range(4)] == [302, 302, 302, 429]


@sqlite_only
def test_link_for_a_new_password_works_behind_a_flooded_address(immediate_mail):
    owner = known_browser()
    reset(client=owner)
    form = owner.get(link_of(mail.outbox[0]), follow=True).redirect_chain[-1][0]
    wrong = "/en/account/password/reset/zz-set-password/"
    assert [Client().post(wrong).status_code for _ in range(11)] == [200] * 10 + [429]

    data = dict.fromkeys(["password1", "password2"], "another long phrase")
    assert Client().post(form, data).status_code == 429
    assert owner.post(form, data).status_code == 302


def link_of(message):
    """Return the link in a mail, without the host."""
    line = next(line for line in message.body.splitlines() if line.startswith("http"))
    return line.removeprefix("http://testserver")


@sqlite_only
def test_new_password_by_mail_lets_an_unknown_browser_in_while_a_stranger_guesses(immediate_mail):
    reset(REMOTE_ADDR=THERE)  # by the stranger: the owner gets the mail
    client = Client()
    form = client.get(link_of(mail.outbox[0]), follow=True).redirect_chain[-1][0]
    client.post(form, dict.fromkeys(["password1", "password2"], "another long phrase"))
    guess(5, REMOTE_ADDR=THERE)
    assert not NewBrowser.objects.exists()

    assert kind(attempt("lena", "another long phrase", client=client)) == "signed in"
    # The owner still gets the notice of a new browser.
    assert NewBrowser.objects.count() == 1


@sqlite_only
def test_colleague_does_not_keep_an_address_from_being_verified(immediate_mail):
    make_person(EDITORS, "mona")
    new = {"email": "new@example.org", "action_add": ""}
    signed_in("mona").post("/en/account/email/", new)
    mail.outbox.clear()

    signed_in().post("/en/account/email/", new)

    assert [message.to for message in mail.outbox] == [["new@example.org"]]
