"""Whatever is asked, by whomever: no error of the server, and no draft for those who may see none.

`make fuzz REQUESTS=100000` asks as often as that; the tests ask a few hundred times.
"""

import os

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, event, given, seed, settings
from hypothesis import strategies as st

from accounts.models import User
from tests.conftest import once
from tests.editing.test_roles import ROLES, client_of
from tests.factories import make_goal, make_objective
from tests.fuzzing import addresses, requests
from tests.portal.test_admin import make_one_of_everything

pytestmark = [pytest.mark.django_db, once, pytest.mark.whole_site]

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "400"))
DRAFTED = "Nobody reads this before it is published"
KNOWN = addresses()


@pytest.fixture
def clients(db):
    make_one_of_everything()
    draft = make_goal(
        number=6, slug="draft", title_en=DRAFTED, title_ar=DRAFTED, is_published=False
    )
    make_objective(draft, text_en=DRAFTED, text_ar=DRAFTED)
    clients = {role: client_of(role) for role in ROLES}
    clients["superuser"] = Client()
    clients["superuser"].force_login(User.objects.create_superuser("superuser"))
    for client in clients.values():
        client.raise_request_exception = False
        client.jar = client.cookies.output(header="", sep=";")
    return clients


def asked(client, request):
    """Ask, and undo what it did."""
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
@given(st.sampled_from([*ROLES, "superuser"]), requests(KNOWN))
def test_nothing_makes_an_error_or_shows_a_draft(clients, role, request):
    response, body = asked(clients[role], request)
    event(f"status {response.status_code}")  # told by --hypothesis-show-statistics
    assert response.status_code < 500, (role, request, body[-2000:])
    assert b"Traceback" not in body
    if role in ("nobody", "staff without a role"):
        assert DRAFTED.encode() not in body, (role, request)


def test_every_address_is_among_them():
    names = {name for name, _fixed in KNOWN}
    assert {"/ar/goals/<slug:slug>/", "/en/search/", "/metrics", "/en/admin/status/"} <= names
    assert len(KNOWN) > 300
