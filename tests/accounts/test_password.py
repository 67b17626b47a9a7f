"""Signing in with a password, the limits on attempts, and setting a new password."""

import time
from urllib.parse import quote

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from tests.conftest import sqlite_only
from tests.signing_in import PASSWORD

pytestmark = pytest.mark.django_db

LOGIN = "/{}/account/login/"
REFUSED = {
    "ar": "لا يوجد حساب بهذا الاسم وكلمة المرور هذه.",
    "en": "There is no account with this name and password.",
}
TOO_MANY = {"ar": "جرت محاولات كثيرة", "en": "There were too many attempts"}


@pytest.fixture(autouse=True)
def no_counts(db):
    cache.clear()


@pytest.fixture
def translator(db):
    return User.objects.create_user("lena", "lena@example.org", PASSWORD, is_staff=True)


def attempt(name, password, language="en", client=None, **extra):
    client = client or Client()
    return client.post(LOGIN.format(language), {"login": name, "password": password}, **extra)


def test_password_signs_in_and_leads_to_where_somebody_wanted(translator):
    client = Client()
    login_page = client.get("/ar/admin/translations/translationstate/", follow=True)
    login_address = login_page.redirect_chain[-1][0]
    assert login_address.startswith("/ar/account/login/?next=")
    client.session["kept"] = 1
    client.get("/en/account/login/")
    before = client.session.session_key

    answer = client.post(login_address, {"login": "lena", "password": PASSWORD})

    assert answer.headers["Location"] == "/ar/admin/translations/translationstate/"
    assert client.session.session_key != before
    assert client.get("/ar/account/").status_code == 200


@sqlite_only
@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "javascript:x()"])
def test_nobody_is_led_elsewhere(translator, next_url, settings):
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]
    client = Client()
    login_address = client.get(f"/en/admin/login/?next={quote(next_url)}").headers["Location"]

    assert attempt("lena", PASSWORD).headers["Location"] == "/en/admin/"
    answer = client.post(login_address, {"login": "lena", "password": PASSWORD})
    assert answer.headers["Location"] == "/en/admin/"


@sqlite_only
@pytest.mark.parametrize("language", ["ar", "en"])
def test_refusal_does_not_show_whether_there_is_an_account(translator, language):
    User.objects.create_user("gone", password=PASSWORD, is_active=False)
    pages = [
        attempt(name, "a wrong but long phrase", language).content.decode()
        for name in ("lena", "nobody", "gone")
    ]

    for page in pages:
        assert REFUSED[language] in page
        assert f'lang="{language}"' in page
    assert len({len(page.replace("nobody", "lena").replace("gone", "lena")) for page in pages}) == 1


@pytest.mark.whole_site
@sqlite_only
def test_refusal_makes_as_many_hashes_without_an_account(translator, settings, monkeypatch):
    """Making a hash and comparing with one take the same time, and all other steps are short."""
    hasher = "django.contrib.auth.hashers.Argon2PasswordHasher"
    settings.PASSWORD_HASHERS = [hasher]
    translator.set_password(PASSWORD)
    translator.save()
    hashes = []
    for name in ("encode", "verify"):
        original = getattr(Argon2PasswordHasher, name)

        def counted(self, *arguments, original=original):
            hashes.append(original.__name__)
            return original(self, *arguments)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)

    attempt("lena", "a wrong but long phrase")
    assert hashes == ["verify"]
    attempt("nobody", "a wrong but long phrase")
    assert hashes == ["verify", "encode"]


@pytest.mark.whole_site
@sqlite_only
def test_older_hash_becomes_argon2_when_its_owner_signs_in(translator, settings):
    hashers = "django.contrib.auth.hashers."
    settings.PASSWORD_HASHERS = [f"{hashers}PBKDF2PasswordHasher"]
    translator.set_password(PASSWORD)
    translator.save()
    settings.PASSWORD_HASHERS = [
        f"{hashers}Argon2PasswordHasher",
        f"{hashers}PBKDF2PasswordHasher",
    ]
    attempt("lena", PASSWORD)

    translator.refresh_from_db()
    assert translator.password.startswith("argon2$argon2id$")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_guesses_are_counted_by_account(translator, language):
    for number in range(5):
        page = attempt("lena", "wrong", language, REMOTE_ADDR=f"192.0.2.{number}").content.decode()
        assert REFUSED[language] in page

    # From another address, with the right password, and for a name without an account.
    for name in ("lena", "LENA"):
        last = attempt(name, PASSWORD, language, REMOTE_ADDR="198.51.100.1")
        assert TOO_MANY[language] in last.content.decode()
    assert attempt("other", "wrong", language).status_code == 200
    for _ in range(5):
        last = attempt("other", "wrong", language)
    assert TOO_MANY[language] in last.content.decode()


@sqlite_only
def test_guesses_are_counted_by_address(settings):
    """Behind a proxy, the address is that of its X-Real-IP header."""
    settings.BEHIND_PROXY = True
    for number in range(20):
        headers = {
            "HTTP_X_REAL_IP": f"2001:db8::{number}",
            "HTTP_X_FORWARDED_FOR": f"10.0.0.{number}",
        }
        assert REFUSED["en"] in attempt(f"name{number}", "wrong", **headers).content.decode()

    assert TOO_MANY["en"] in attempt("x", "y", HTTP_X_REAL_IP="2001:db8::99").content.decode()
    assert REFUSED["en"] in attempt("x", "y", HTTP_X_REAL_IP="2001:db8:1::").content.decode()


@sqlite_only
def test_flood_of_attempts_is_a_page_in_the_language_of_the_person(settings):
    settings.SIGN_IN_LIMITS = settings.SIGN_IN_LIMITS | {"sign_in": {"ip": "1/m"}}
    attempt("a", "b")
    last = attempt("a", "b", "ar")

    assert last.status_code == 429
    assert TOO_MANY["ar"] in last.content.decode()


@sqlite_only
def test_session_ends_at_its_time_however_busy_it_is(translator, settings):
    client = Client()
    attempt("lena", PASSWORD, client=client)
    session = client.session
    session["signed_in_at"] = time.time() - settings.SESSION_COOKIE_AGE + 60
    session["last_used_at"] = time.time()
    session.save()
    assert client.get("/en/account/").status_code == 200

    session["signed_in_at"] -= 61
    session.save()
    assert client.get("/en/account/").status_code == 302
    assert client.session.get("_auth_user_id") is None


@sqlite_only
def test_password_is_reset_by_mail_where_there_is_mail(translator, settings, immediate_mail):
    client = Client()
    assert client.get("/en/account/password/reset/").status_code == 404
    settings.SENDS_MAIL = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}

    for address in ("lena@example.org", "nobody@example.org"):
        answer = client.post("/en/account/password/reset/", {"email": address})
        assert answer.headers["Location"] == "/en/account/password/reset/sent/"
    (message,) = mail.outbox
    assert message.to == ["lena@example.org"]
    link = next(line for line in message.body.splitlines() if line.startswith("http://testserver"))
    form = client.get(link.removeprefix("http://testserver"), follow=True)
    data = {"password1": "another long phrase", "password2": "another long phrase"}
    form_address = form.redirect_chain[-1][0]
    assert client.post(form_address, data).status_code == 302
    # The link works only once.
    second_use = Client().get(link.removeprefix("http://testserver"), follow=True)
    assert "no longer good" in second_use.content.decode()
    assert attempt("lena", "another long phrase").status_code == 302


@sqlite_only
def test_mail_leads_to_the_public_origin_whatever_host_was_asked(
    translator, settings, immediate_mail
):
    settings.SENDS_MAIL = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    settings.PUBLIC_ORIGIN = "https://portal.example.org"
    client = Client(headers={"host": "localhost:8123"})
    client.post("/en/account/password/reset/", {"email": "lena@example.org"})
    attempt("lena", PASSWORD, client=client)
    client.post("/ar/account/email/", {"email": "new@example.org", "action_add": ""})

    links = [line for message in mail.outbox for line in message.body.splitlines() if "://" in line]
    assert [link.split("/account/")[0] for link in links] == [
        "https://portal.example.org/en",
        "https://portal.example.org/ar",
    ]


@sqlite_only
def test_new_address_of_ones_own_is_verified_first(translator, settings, immediate_mail):
    settings.SENDS_MAIL = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    client = Client()
    attempt("lena", PASSWORD, client=client)
    client.post("/ar/account/email/", {"email": "new@example.org", "action_add": ""})
    page = client.get("/ar/account/email/").content.decode()
    assert "<bdi>new@example.org</bdi>" in page
    translator.refresh_from_db()
    assert translator.email == "lena@example.org"

    (message,) = mail.outbox
    assert (message.to, "تأكيد" in message.subject) == (["new@example.org"], True)
    lines = message.body.splitlines()
    link = next(line for line in lines if line.startswith("http")).removeprefix("http://testserver")
    assert "<bdi>new@example.org</bdi>" in client.get(link).content.decode()
    assert client.post(link).status_code == 302
    translator.refresh_from_db()
    assert translator.email == "new@example.org"


@pytest.fixture
def immediate_mail(monkeypatch):
    monkeypatch.setattr("threading.Thread.start", lambda thread: thread.run())


@sqlite_only
def test_nobody_makes_an_account_for_themselves(client):
    for language in ("ar", "en"):
        assert client.get(f"/{language}/account/signup/").status_code == 404


@sqlite_only
@pytest.mark.parametrize(
    "password",
    [
        "short one",
        "1q2w3e4r5t6y",
        "lena-example",
        "INTERPOL police 1923",
        "بوابة الشرطة الدولية",
    ],
)
def test_weak_password_is_refused(translator, password):
    client = Client()
    attempt("lena", PASSWORD, client=client)
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}

    answer = client.post("/ar/account/password/", data)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert attempt("lena", PASSWORD).status_code == 302


@sqlite_only
@pytest.mark.parametrize("password", ["839201746352", "the interpol of seven blue herons"])
def test_any_other_long_password_is_taken(translator, password):
    client = Client()
    attempt("lena", PASSWORD, client=client)
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}

    assert client.post("/ar/account/password/", data).status_code == 302
    assert attempt("lena", password).status_code == 302
