"""The signature of an ID token is checked with the keys of the provider."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as project
from django.test import RequestFactory
from jwt.algorithms import RSAAlgorithm

from accounts.models import User
from accounts.single_sign_on import SignedTokenAdapter
from editing.roles import EDITORS
from tests.accounts.test_second_factor import make_person
from tests.accounts.test_single_sign_on import configured, provider, sign_in  # noqa: F401
from tests.conftest import sqlite_only

pytestmark = [pytest.mark.django_db, sqlite_only]

CLAIMS = {"sub": "known", "iss": "https://login.example.org", "aud": "portal"}
CLAIMS |= {"iat": 1_000_000_000, "exp": 9_000_000_000}


@pytest.fixture
def key_server():
    """A server that answers with the keys in its attribute `keys`."""

    class KeyHandler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"keys": self.server.keys}).encode())

        def log_message(self, *arguments):
            """Log nothing."""

    server = HTTPServer(("127.0.0.1", 0), KeyHandler)
    Thread(target=server.serve_forever, daemon=True).start()
    server.address = f"http://127.0.0.1:{server.server_port}/keys"
    yield server
    server.shutdown()
    server.server_close()


def make_key(kid):
    """Return a private key, and its public key as the server of a provider shows it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return key, public | {"kid": kid, "alg": "RS256", "use": "sig"}


def app_settings():
    return project.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]


def test_token_that_another_key_has_signed_signs_in_nobody(provider, key_server):  # noqa: F811
    make_person(EDITORS)
    jwks_uri = requests.get(f"{provider}/.well-known/openid-configuration", timeout=10).json()[
        "jwks_uri"
    ]
    true_keys = requests.get(jwks_uri, timeout=10).json()["keys"]
    app_settings()["openid_configuration_overrides"] = {"jwks_uri": key_server.address}

    key_server.keys = [make_key(key["kid"])[1] for key in true_keys]
    client, _answer, _callback = sign_in("known")
    assert client.session.get("_auth_user_id") is None

    key_server.keys = true_keys
    client, _answer, _callback = sign_in("known")
    assert client.session["_auth_user_id"] == str(User.objects.get().pk)


def decode(token, address):
    """Return the claims of an ID token, as the portal reads it."""
    adapter = SignedTokenAdapter(RequestFactory().get("/"), "sso")
    adapter._openid_config = {"jwks_uri": address, "issuer": CLAIMS["iss"]}
    return adapter._decode_id_token(SocialApp(client_id="portal"), token)


def test_token_with_the_signature_of_the_provider_is_read(key_server):
    key, public = make_key("one")
    key_server.keys = [public]
    token = jwt.encode(CLAIMS, key, algorithm="RS256", headers={"kid": "one"})

    assert decode(token, key_server.address)["sub"] == "known"


@pytest.mark.parametrize(
    "change",
    [
        {"key": "a secret that both know, of 32 characters or more", "algorithm": "HS256"},
        {"key": None, "algorithm": "none"},
        {"headers": {"kid": "two"}},
        {"headers": {}},
        {"payload": CLAIMS | {"aud": "another client"}},
        {"payload": CLAIMS | {"iss": "https://evil.example"}},
        {"payload": CLAIMS | {"exp": 1_000_000_001}},
    ],
)
def test_no_other_token_is_read(key_server, change):
    key, public = make_key("one")
    key_server.keys = [public]
    values = {"payload": CLAIMS, "key": key, "algorithm": "RS256", "headers": {"kid": "one"}}

    with pytest.raises(OAuth2Error):
        decode(jwt.encode(**values | change), key_server.address)


@pytest.mark.parametrize("token", ["", "a.b.c", "no token"])
def test_text_that_is_no_token_is_refused(key_server, token):
    with pytest.raises(OAuth2Error):
        decode(token, key_server.address)
