"""People can see and end their sessions, and get notices about unknown browsers."""

import logging
import time

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.known_devices import browser_name
from accounts.models import NewBrowser
from editing.roles import EDITORS
from operations.backup.tables import backed_up_models, emptied_models
from tests.accounts.test_second_factor import make_person, one_time_code, show_code, signed_in
from tests.conftest import sqlite_only
from tests.factories import make_goal
from tests.signing_in import PASSWORD

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140"


@pytest.fixture(autouse=True)
def editor(db):
    cache.clear()
    return make_person(EDITORS)


def browser(agent=FIREFOX):
    return Client(headers={"user-agent": agent})


def test_one_session_is_ended_or_all_others():
    here, there, elsewhere = (signed_in(client=browser()) for _ in range(3))
    page = here.get("/en/account/sessions/").content.decode()
    assert page.count("End this session") == 2
    key = UserSession.objects.get(session_key=there.session.session_key).pk

    assert here.get(f"/en/account/sessions/{key}/end/").status_code == 405
    here.post(f"/en/account/sessions/{key}/end/")
    assert there.get("/en/account/").status_code == 302
    assert elsewhere.get("/en/account/").status_code == 200
    here.post("/en/account/sessions/")
    assert elsewhere.get("/en/account/").status_code == 302
    assert here.get("/en/account/").status_code == 200

    here.post("/en/account/logout/")
    assert here.get("/en/account/").status_code == 302
    assert UserSession.objects.count() == 0


def age_sign_in(client):
    """Change a session as if the sign-in were an hour ago."""
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= 3600
    session.save()


@pytest.mark.parametrize("place", ["sessions/", "sessions/{}/end/", "email/"])
def test_whoever_changes_something_later_shows_again_who_they_are(place, settings):
    settings.SENDS_MAIL = True
    here, there = signed_in(client=browser()), signed_in(client=browser())
    other_pk = UserSession.objects.get(session_key=there.session.session_key).pk
    address = f"/en/account/{place.format(other_pk)}"
    age_sign_in(here)
    before = here.session.session_key

    redirect = here.post(address)

    assert redirect.headers["Location"].startswith("/en/account/reauthenticate/")
    assert there.get("/en/account/").status_code == 200
    answer = here.post(redirect.headers["Location"], {"password": PASSWORD})
    assert answer.status_code in {200, 302}
    assert here.session.session_key != before
    if place != "email/":  # the other session has been ended
        assert there.get("/en/account/").status_code == 302
    assert here.get("/en/account/").status_code == 200
    assert here.post("/en/account/sessions/").status_code == 302


def age_last_request(client, seconds):
    """Change a session as if its last request were some seconds ago."""
    session = client.session
    session["last_used_at"] = time.time() - seconds
    session.save()


@sqlite_only
def test_session_that_is_not_used_ends(settings):
    client = signed_in()
    age_last_request(client, settings.SESSION_IDLE_SECONDS - 60)
    assert client.get("/en/account/").status_code == 200
    assert time.time() - client.session["last_used_at"] < 60

    age_last_request(client, settings.SESSION_IDLE_SECONDS + 1)
    assert client.get("/en/account/").status_code == 302
    assert client.session.get("_auth_user_id") is None


@sqlite_only
def test_open_form_where_nobody_sits_does_not_keep_a_session(settings):
    client, goal = signed_in(), make_goal()
    age_last_request(client, settings.SESSION_IDLE_SECONDS - 60)
    before = client.session["last_used_at"]

    assert client.post(f"/en/admin/goals/goal/{goal.pk}/presence/").status_code == 200
    assert client.session["last_used_at"] == before
    assert client.get(f"/en/admin/goals/goal/{goal.pk}/change/").status_code == 200
    assert client.session["last_used_at"] > before


@sqlite_only
def test_session_is_written_once_in_a_minute():
    client = signed_in()
    assert "last_used_at" not in client.session
    client.get("/en/account/")
    assert "last_used_at" not in client.session
    age_last_request(client, 61)
    client.get("/en/account/")
    written = client.session["last_used_at"]
    client.get("/en/account/")

    assert client.session["last_used_at"] == written


@sqlite_only
def test_log_says_how_somebody_signed_in_and_what_was_refused(caplog):
    caplog.set_level(logging.INFO, "accounts")
    make_person(name="mona", with_app=True)
    client = Client()
    client.post("/en/account/login/", {"login": "mona", "password": "a wrong but long phrase"})
    signed_in("mona", client)
    show_code(client, "000000")
    show_code(client, one_time_code())

    lines = [
        (record.getMessage(), getattr(record, "fields", {}))
        for record in caplog.records
        if record.name.startswith("accounts")
    ]

    assert lines == [
        ("A name and a password were refused.", {}),
        ("A code was refused.", {}),
        ("Somebody signed in.", {"by": ["password", "totp"]}),
    ]
    assert "mona" not in caplog.text.replace("mona@", "")


@sqlite_only
def test_nobody_ends_the_session_of_somebody_else():
    make_person(EDITORS, "mona")
    mine, theirs = signed_in(), signed_in("mona")
    key = UserSession.objects.get(user__username="mona").pk

    assert mine.post(f"/en/account/sessions/{key}/end/").status_code == 404
    assert theirs.get("/en/account/").status_code == 200


@sqlite_only
def test_notice_of_a_new_browser_is_shown_once_and_no_address_is_stored(settings, monkeypatch):
    settings.SENDS_MAIL = settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    monkeypatch.setattr("threading.Thread.start", lambda thread: thread.run())
    known = signed_in(client=browser())
    known.get("/en/account/")
    known.post("/en/account/logout/")
    assert len(mail.outbox) == 1

    signed_in(client=browser(EDGE))
    assert len(mail.outbox) == 2
    assert "Edge · Windows" in mail.outbox[1].body
    signed_in(client=known)

    assert len(mail.outbox) == 2
    assert NewBrowser.objects.count() == 2
    page = known.get("/ar/account/sessions/").content.decode()
    assert "دخول من متصفح لم يُعرف من قبل" not in page  # English, since the sign-in was
    assert "signed in from a browser not seen before, Edge · Windows" in page
    assert (
        "browser not seen before, Edge" not in known.get("/en/account/sessions/").content.decode()
    )
    stored = str(list(UserSession.objects.values())) + str(list(NewBrowser.objects.values()))
    assert "127.0.0.1" not in stored
    assert "Mozilla" not in stored


@sqlite_only
def test_cookie_of_a_browser_cannot_be_made_up():
    client = browser()
    client.cookies["known_to"] = "[1, 2, 3]"
    signed_in(client=client)

    assert NewBrowser.objects.count() == 1
    assert client.cookies["known_to"]["httponly"]


@sqlite_only
def test_browsers_have_short_names():
    assert [browser_name(agent) for agent in (FIREFOX, EDGE, "curl/8")] == [
        "Firefox · Linux",
        "Edge · Windows",
        "",
    ]


@sqlite_only
def test_second_factors_are_backed_up_and_sessions_are_not():
    kept = {model._meta.label for model in backed_up_models()}
    assert {"mfa.Authenticator", "account.EmailAddress", "socialaccount.SocialAccount"} <= kept
    assert not {"usersessions.UserSession", "accounts.CacheEntry", "accounts.NewBrowser"} & kept
    assert UserSession in emptied_models()
