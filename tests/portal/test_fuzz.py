"""Random requests of each role cause no server error and show no draft to people without access.

The tests send a few hundred requests; `make fuzz REQUESTS=100000` sends more.
"""

import os

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, event, given, seed, settings
from hypothesis import strategies as st

from accounts.models import User
from tests.conftest import sqlite_only
from tests.editing.test_roles import ROLES, client_with_role
from tests.factories import make_goal, make_objective
from tests.fuzzing import addresses, requests
from tests.portal.test_admin import make_one_of_everything

pytestmark = [pytest.mark.django_db, sqlite_only, pytest.mark.whole_site]

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "400"))
DRAFT_WORD = "zqxjdraft"  # stands in drafts alone
DRAFT_TEXT = f"Nobody reads {DRAFT_WORD} before it is published"
ADDRESSES = addresses()


@pytest.fixture
def optional_parts(settings):
    """Metrics, mail, single sign-on with a provider that is away, and a public origin."""
    settings.METRICS_TOKEN = "token"  # noqa: S105
    settings.SECURITY_CONTACT = ["mailto:security@example.org"]
    settings.PUBLIC_ORIGIN = "https://portal.example.org"
    settings.SENDS_MAIL = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    app = {"provider_id": "sso", "name": "", "client_id": "portal", "secret": "secret"}
    app["settings"] = {"server_url": "http://127.0.0.1:9"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


@pytest.fixture
def clients(db, optional_parts):
    make_one_of_everything()
    draft = make_goal(
        number=6, slug="draft", title_en=DRAFT_TEXT, title_ar=DRAFT_TEXT, is_published=False
    )
    make_objective(draft, text_en=DRAFT_TEXT, text_ar=DRAFT_TEXT)
    clients = {role: client_with_role(role) for role in ROLES}
    clients["superuser"] = Client()
    clients["superuser"].force_login(User.objects.create_superuser("superuser"))
    for client in clients.values():
        client.raise_request_exception = False
        client.jar = client.cookies.output(header="", sep=";")
    return clients


def send_and_roll_back(client, request):
    """Send a request, roll the database back, and return the response and its body."""
    with transaction.atomic():
        response = client.generic(**request)
        body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    return response, body


@seed(20261122)
@settings(
    max_examples=REQUESTS,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from([*ROLES, "superuser"]), requests(ADDRESSES))
def test_nothing_makes_an_error_or_shows_a_draft(clients, role, request):
    response, body = send_and_roll_back(clients[role], request)
    event(f"status {response.status_code}")  # shown with --hypothesis-show-statistics
    is_away = response.status_code == 503 and "/sso/" in request["path"]  # the provider
    assert response.status_code < 500 or is_away, (role, request, body[-2000:])
    assert b"Traceback" not in body
    assert "Cache-Control" in response.headers, (role, request)
    if role in ("nobody", "staff without a role"):
        typed = DRAFT_WORD in str(request).lower()
        assert typed or DRAFT_WORD.encode() not in body.lower(), (role, request)


def test_every_address_is_among_them():
    routes = {address.route for address in ADDRESSES}
    assert {"/ar/goals/<slug:slug>/", "/en/search/", "/metrics", "/en/admin/status/"} <= routes
    assert len(ADDRESSES) > 300
