"""Single sign-on with an OpenID Connect provider that runs in another process."""

import json
import re
import socket
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
import requests
from allauth.socialaccount.adapter import get_adapter
from django.core.cache import cache
from django.test import Client

from accounts import single_sign_on
from accounts.models import User
from editing.roles import EDITORS, PUBLISHERS
from tests.accounts.test_second_factor import make_person, one_time_code, show_code
from tests.conftest import sqlite_only
from tests.ports import free_port
from tests.serving import wait_for

pytestmark = [pytest.mark.django_db, sqlite_only]

LOGIN = "/account/sso/login/"
CLAIMS = [
    {"sub": "known", "email": "Lena@example.org", "email_verified": True},
    {"sub": "unverified", "email": "lena@example.org", "email_verified": False},
    {"sub": "stranger", "email": "new@example.org", "email_verified": True},
    {"sub": "nameless"},
]


@pytest.fixture(scope="module")
def provider():
    port = free_port()
    users = [option for claims in CLAIMS for option in ("--user-claims", json.dumps(claims))]
    program = Path(sys.prefix, "bin", "oidc-provider-mock")
    process = subprocess.Popen(
        [program, "--port", str(port), *users],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    wait_for(f"{address}/.well-known/openid-configuration")
    yield address
    process.terminate()
    process.wait()


@pytest.fixture(autouse=True)
def configured(settings, provider, monkeypatch):
    cache.clear()
    monkeypatch.setattr(single_sign_on, "away_until", 0)
    configure(settings, provider)


def configure(settings, address):
    settings.OIDC_ISSUER = address
    app = {"provider_id": "sso", "name": "Ministry", "client_id": "portal", "secret": "a secret"}
    app["settings"] = {"server_url": address}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }


def sign_in(subject, client=None, next_url="/en/admin/goals/goal/"):
    """Sign in with the provider as a subject.

    Returns the client, the answer of the portal, and the address that the provider redirected to.
    """
    client = client or Client(headers={"accept-language": "en"})
    page = client.post(LOGIN, {"next": next_url}).content.decode()
    provider_url = re.search(r'<a href="(http://127[^"]+)"', page)[1].replace("&amp;", "&")
    assert "code_challenge=" in provider_url
    redirect = requests.post(provider_url, data={"sub": subject}, allow_redirects=False, timeout=10)
    callback = redirect.headers["Location"].removeprefix("http://testserver")
    return client, client.get(callback), callback


def test_verified_address_signs_in_the_account_that_has_it():
    make_person(EDITORS)
    client = Client()
    assert "Ministry" not in client.get("/en/account/login/").content.decode()
    assert "single sign-on" in client.get("/en/account/login/").content.decode()

    client, answer, callback = sign_in("known", client)
    assert answer.headers["Location"] == "/en/admin/goals/goal/"
    assert client.get("/en/admin/goals/goal/").status_code == 200
    assert User.objects.get().has_usable_password()
    # The address of the redirect works once, and in this browser only.
    assert client.get(callback).status_code == 401
    assert Client().get(callback).status_code == 401


def test_second_factor_is_asked_for_after_the_provider():
    make_person(PUBLISHERS, with_app=True)
    client, answer, _callback = sign_in("known")
    assert answer.headers["Location"].endswith("/account/second-factor/show/")
    assert client.get("/en/admin/").status_code == 302

    assert show_code(client, one_time_code()).headers["Location"] == "/en/admin/goals/goal/"
    assert client.get("/en/admin/").status_code == 200


@pytest.mark.parametrize("subject", ["unverified", "stranger", "nameless"])
def test_nobody_else_is_let_in(subject):
    make_person(EDITORS)
    client, answer, _callback = sign_in(subject)

    assert "There is no account for you" in answer.content.decode()
    assert client.get("/en/account/").status_code == 302
    assert User.objects.count() == 1


def test_accounts_are_made_where_the_installation_wants_it_and_have_no_role(settings):
    settings.OIDC_CREATE = True
    make_person(EDITORS)
    client, answer, _callback = sign_in("stranger", next_url="/en/account/")
    assert answer.headers["Location"] == "/en/account/"
    user = User.objects.get(email="new@example.org")
    assert (user.is_staff, user.is_superuser, user.groups.count()) == (False, False, 0)
    assert client.get("/en/admin/").status_code == 302

    for subject in ("unverified", "nameless"):
        assert "There is no account" in sign_in(subject)[1].content.decode()
    assert User.objects.count() == 2


def test_address_of_two_accounts_signs_in_neither():
    make_person(EDITORS)
    User.objects.create_user("other", "lena@example.org", is_staff=True)
    User.objects.filter(username="lena").update(email="")
    User.objects.get(username="lena").save()

    _client, answer, _callback = sign_in("known")
    assert "There is no account" in answer.content.decode()


def test_nobody_is_led_elsewhere_by_the_provider():
    make_person(EDITORS)
    _client, answer, _callback = sign_in("known", next_url="https://evil.example/")

    assert answer.headers["Location"] == "/en/admin/"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_provider_that_is_away_is_a_page(settings, language):
    configure(settings, "http://127.0.0.1:9")
    answer = Client(headers={"accept-language": language}).post(LOGIN)

    assert answer.status_code == 503
    words = {"ar": "لم يجب مزود الدخول", "en": "The provider did not answer"}
    assert words[language] in answer.content.decode()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_provider_that_accepts_and_never_answers_is_asked_once_in_a_while(settings, language):
    words = {"ar": "لم يجب مزود الدخول", "en": "The provider did not answer"}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        configure(settings, f"http://127.0.0.1:{silent.getsockname()[1]}")
        times = []
        for _ in range(3):
            started = monotonic()
            answer = Client(headers={"accept-language": language}).post(LOGIN)
            times.append(monotonic() - started)
            assert answer.status_code == 503
            assert words[language] in answer.content.decode()

    assert times[0] < 2 * settings.SOCIALACCOUNT_REQUESTS_TIMEOUT
    assert max(times[1:]) < 1


def test_there_is_nothing_without_a_provider(settings):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    settings.OIDC_ISSUER = ""

    assert Client().post(LOGIN).status_code == 404
    assert LOGIN not in Client().get("/en/account/login/").content.decode()


@pytest.fixture
def impostor(settings, provider):
    """A server that returns the metadata of the provider as its own, and redirects elsewhere."""
    metadata = requests.get(f"{provider}/.well-known/openid-configuration", timeout=10).json()

    class ImpostorHandler(BaseHTTPRequestHandler):
        def do_GET(self):
            if not self.path.endswith("/openid-configuration"):
                self.send_response(302)
                self.send_header("Location", provider)
                self.end_headers()
                return
            body = json.dumps(metadata).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), ImpostorHandler)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    configure(settings, address)
    yield address
    server.shutdown()
    server.server_close()


def test_metadata_of_another_issuer_are_refused(impostor, caplog):
    answer = Client().post(LOGIN)

    assert answer.status_code == 503
    assert "another issuer" in caplog.text


def test_provider_leads_the_portal_nowhere_else(impostor):
    session = get_adapter().get_requests_session()

    with session, pytest.raises(requests.TooManyRedirects):
        session.get(f"{impostor}/elsewhere")
