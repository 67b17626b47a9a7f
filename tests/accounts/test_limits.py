"""A browser that an account knows is counted apart: a stranger cannot lock out the owner."""

import pytest
from django.core import signing
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import known_devices
from editing.roles import EDITORS
from tests.accounts.test_password import REFUSED, TOO_MANY, attempt
from tests.accounts.test_second_factor import make_person, one_time_code, show_code, signed_in
from tests.conftest import sqlite_only
from tests.signing_in import PASSWORD

pytestmark = pytest.mark.django_db

HERE, THERE = "192.0.2.1", "198.51.100.1"


@pytest.fixture(autouse=True)
def lena(db):
    cache.clear()
    return make_person(EDITORS)


def known_browser(name="lena"):
    """Return a client that has signed in and out."""
    client = signed_in(name)
    client.post("/en/account/logout/")
    return client


def with_cookie_of(client):
    """Return another client with a copy of the cookie of a known browser."""
    copy = Client()
    copy.cookies[known_devices.COOKIE] = client.cookies[known_devices.COOKIE].value
    return copy


def guess(times, name="lena", client=None, **extra):
    """Send wrong passwords, and return the kinds of the answers."""
    answers = [attempt(name, "wrong", client=client, **extra) for _ in range(times)]
    return [kind(answer) for answer in answers]


def kind(answer):
    """Return a short name of an answer to an attempt."""
    if answer.status_code in {302, 429}:
        return {302: "signed in", 429: "flood"}[answer.status_code]
    text = answer.content.decode()
    return "too many" if TOO_MANY["en"] in text else "wrong" if REFUSED["en"] in text else "other"


def test_stranger_who_guesses_does_not_lock_out_the_owner():
    owner = known_browser()
    assert guess(7, REMOTE_ADDR=THERE) == ["wrong"] * 5 + ["too many"] * 2

    assert guess(2, client=owner, REMOTE_ADDR=HERE) == ["wrong"] * 2
    assert kind(attempt("Lena ", PASSWORD, client=owner, REMOTE_ADDR=HERE)) == "signed in"
    # The stranger has not got another guess, and a browser that is not known has none either.
    assert guess(1, REMOTE_ADDR=THERE) == ["too many"]
    assert kind(attempt("lena", PASSWORD, REMOTE_ADDR=HERE)) == "too many"


def test_known_browser_that_guesses_is_counted_with_the_others():
    browser = known_browser()
    assert guess(5, client=browser) == ["wrong"] * 5
    # Others are not refused for it.
    assert guess(1) == ["wrong"]

    assert guess(5, client=browser) == ["wrong"] * 4 + ["too many"]
    assert kind(attempt("lena", PASSWORD, client=browser)) == "too many"
    assert guess(1) == ["too many"]


def test_known_browser_is_counted_apart_again_after_the_right_password():
    browser = known_browser()
    guess(5, client=browser)
    assert kind(attempt("lena", PASSWORD, client=browser)) == "signed in"
    browser.post("/en/account/logout/")
    guess(5)

    assert kind(attempt("lena", PASSWORD, client=browser)) == "signed in"


@sqlite_only
def test_browser_known_to_another_account_has_no_more_guesses():
    make_person(EDITORS, "mona")
    insider = known_browser("mona")

    assert guess(6, client=insider) == ["wrong"] * 5 + ["too many"]
    assert guess(6, "nobody", insider) == ["wrong"] * 5 + ["too many"]


@sqlite_only
def test_signing_in_to_another_account_gives_no_more_guesses():
    make_person(EDITORS, "mona")
    shared = known_browser()
    guess(5, client=shared)
    for _ in range(2):
        signed_in("mona", shared).post("/en/account/logout/")

    assert guess(6, client=shared) == ["wrong"] * 5 + ["too many"]


def invalid_cookie(name, browser, lena):
    """Return the value of a cookie that gives nothing."""
    if name == "forged":
        return signing.dumps([[lena.pk, "x", True]], key="another", salt=known_devices.SALT)
    if name == "changed":
        return f"X{browser.cookies[known_devices.COOKIE].value[1:]}"
    if name == "of another purpose":
        return signing.dumps([[lena.pk, "x", True]], salt="other")
    return signing.dumps([lena.pk], salt=known_devices.SALT)  # of an earlier form


@sqlite_only
@pytest.mark.parametrize("name", ["forged", "changed", "of another purpose", "of an earlier form"])
def test_invalid_cookie_gives_nothing(name, lena):
    client = Client()
    client.cookies[known_devices.COOKIE] = invalid_cookie(name, known_browser(), lena)
    guess(5)

    assert guess(1, client=client) == ["too many"]
    assert kind(attempt("lena", PASSWORD, client=client)) == "too many"


@sqlite_only
def test_expired_cookie_gives_nothing(monkeypatch):
    browser = known_browser()
    guess(5)
    monkeypatch.setattr(known_devices, "REMEMBERED_SECONDS", -1)

    assert kind(attempt("lena", PASSWORD, client=browser)) == "too many"


@sqlite_only
def test_stolen_cookie_is_counted_by_itself_once_the_owner_has_signed_in():
    owner = known_browser()
    thief = with_cookie_of(owner)
    signed_in(client=owner).post("/en/account/logout/")

    assert guess(11, client=thief) == ["wrong"] * 10 + ["too many"]
    # Further copies have the same count.
    assert guess(1, client=with_cookie_of(thief)) == ["too many"]
    assert kind(attempt("lena", PASSWORD, client=owner)) == "signed in"


@sqlite_only
def test_others_behind_the_same_address_do_not_lock_out_a_known_browser():
    owner = known_browser()
    for number in range(20):
        attempt(f"name{number}", "wrong")
    assert kind(attempt("somebody", "wrong")) == "too many"
    for _ in range(12):
        last = attempt("somebody", "wrong")
    assert kind(last) == "flood"

    assert kind(attempt("lena", PASSWORD, client=owner)) == "signed in"
    # Where it is not known, it is one of the others.
    assert kind(attempt("somebody", "wrong", client=known_browser_copy(owner))) == "flood"


def known_browser_copy(client):
    client.post("/en/account/logout/")
    return client


@sqlite_only
def test_flood_of_a_known_browser_is_held_up():
    browser = known_browser()
    with_cookie = [attempt("lena", "wrong", client=browser) for _ in range(61)]

    assert [kind(answer) for answer in with_cookie][-1] == "flood"


@sqlite_only
def test_thief_of_a_password_does_not_use_up_the_codes_of_the_owner():
    make_person(name="mona", with_app=True)
    owner = signed_in("mona")
    code = one_time_code()
    show_code(owner, code)
    owner.post("/en/account/logout/")
    thief = signed_in("mona")
    answers = [show_code(thief, f"00000{number}").content.decode() for number in range(6)]
    assert [TOO_MANY["en"] in answer for answer in answers] == [False] * 5 + [True]

    signed_in("mona", owner)
    # The code was used a moment ago: it is wrong, but not one too many.
    assert "was used before" in show_code(owner, code).content.decode()
    wrong = [show_code(owner, "000000").content.decode() for _ in range(5)]
    assert [TOO_MANY["en"] in answer for answer in wrong] == [False] * 4 + [True]


@sqlite_only
@pytest.mark.parametrize("name", ["lena", "lena@example.org"])
def test_stranger_does_not_keep_the_owner_from_authenticating_again(name):
    owner = signed_in()
    guess(6, name)

    answer = owner.post("/en/account/reauthenticate/", {"password": PASSWORD})

    assert answer.status_code == 302
    wrong = owner.post("/en/account/reauthenticate/", {"password": "wrong"}).content.decode()
    assert TOO_MANY["en"] not in wrong


@sqlite_only
def test_passkey_is_shown_behind_a_flooded_address():
    owner = known_browser()
    address = "/en/account/passkeys/login/"
    strangers = [Client().post(address, {"credential": "{}"}).status_code for _ in range(11)]
    assert strangers == [302] * 10 + [429]

    assert owner.post(address, {"credential": "{}"}).status_code == 302


@sqlite_only
def test_known_browser_shows_nobody_which_accounts_exist():
    make_person(EDITORS, "mona")
    insider = known_browser("mona")
    insider.get("/en/account/login/")  # shows that somebody has signed out
    kinds, sizes, numbers = ({"lena": [], "nobody": []} for _ in range(3))
    for name in kinds:
        for _ in range(7):
            with CaptureQueriesContext(connection) as queries:
                answer = attempt(name, "wrong", client=insider)
            kinds[name].append(kind(answer))
            sizes[name].append(len(answer.content.decode().replace(name, "")))
            numbers[name].append(len(queries))

    for values in (kinds, sizes, numbers):
        assert values["lena"] == values["nobody"]
