"""Actions that are allowed once happen once, also if several people do them at the same time."""

import threading

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from accounts import known_devices
from accounts.models import User
from tests.signing_in import PASSWORD

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="Its tests have one connection."),
]


def test_link_for_a_new_password_is_used_once(settings, monkeypatch):
    # A slow hasher, so that other requests come between checking the link and saving the password.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    settings.SENDS_MAIL = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    person = User.objects.create_user("lena", "lena@example.org", PASSWORD)
    with monkeypatch.context() as patched:
        patched.setattr("threading.Thread.start", lambda thread: thread.run())
        Client().post("/en/account/password/reset/", {"email": "lena@example.org"})
    lines = mail.outbox[0].body.splitlines()
    link = next(line for line in lines if line.startswith("http")).removeprefix("http://testserver")
    barrier, answers = threading.Barrier(4), []

    def use_link(number):
        client = Client()
        form_address = client.get(link, follow=True).redirect_chain[-1][0]
        data = dict.fromkeys(["password1", "password2"], f"another long phrase {number}")
        barrier.wait()
        answers.append((client.post(form_address, data).status_code, data["password1"]))
        connection.close()

    threads = [threading.Thread(target=use_link, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    person.refresh_from_db()
    (accepted,) = [password for status, password in answers if status == 302]
    assert len(answers) == 4
    assert person.check_password(accepted)


def test_known_browser_has_no_more_guesses_at_once_than_one_by_one():
    """Five of its own, and five that it shares with all others."""
    User.objects.create_user("lena", password=PASSWORD)
    known = Client()
    known.post("/en/account/login/", {"login": "lena", "password": PASSWORD})
    cookie = known.cookies[known_devices.COOKIE].value
    barrier, pages = threading.Barrier(8), []

    def guess():
        client = Client()
        client.cookies[known_devices.COOKIE] = cookie
        barrier.wait()
        for _ in range(3):
            data = {"login": "lena", "password": "wrong"}
            pages.append(client.post("/en/account/login/", data).content.decode())
        connection.close()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(pages) == 24
    assert sum("There is no account with this name" in page for page in pages) == 10
    assert sum("There were too many attempts" in page for page in pages) == 14
