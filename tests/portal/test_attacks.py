"""Common attacks on web sites; docs/attacks.md lists the attacks and their tests."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from accounts.models import User
from editing.models import Proposal
from history.models import Change, Revision
from operations.page_cache.application import PageCache
from tests.conftest import sqlite_only
from tests.editing.test_roles import addresses
from tests.operations.test_page_cache import CacheReader, DirectWatcher
from tests.portal.test_admin import make_one_of_everything
from tests.portal.test_authorisation import route_address, routes

pytestmark = [pytest.mark.django_db, sqlite_only]


@pytest.mark.whole_site
def test_no_address_takes_a_form_of_another_site():
    make_one_of_everything()
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("superuser"))
    before = row_counts()
    all_addresses = [address for _name, address in addresses()]
    all_addresses += [route_address(route) for route in set(routes())]
    assert len(all_addresses) > 150
    for address in all_addresses:
        for token in ({}, {"csrfmiddlewaretoken": "x" * 64}):
            response = client.post(address, {"post": "yes", "_save": "1", "action": "x"} | token)
            assert response.status_code in (403, 405), (address, response.status_code)
    assert row_counts() == before


def row_counts():
    return [model.objects.count() for model in (Revision, Change, Proposal, User)]


LINES = "\r\nSet-Cookie: evil=1\r\n\r\n<script>"


@pytest.mark.whole_site
@pytest.mark.parametrize(
    "path",
    [
        "/id/GPG-1{}",
        "/{}",
        "/en/cite/GPG-1{}/",
        "/en/cite/GPG-1/en.bib{}",
        "/en/search/?q={}",
        "/ar/goals?{}",
        "/en/admin/login/?next={}",
        "/en/admin/goals?{}",
        "/en/brief/?items={}",
    ],
)
def test_no_line_gets_into_the_headers(path, client):
    make_one_of_everything()
    for lines in (LINES, "%0d%0aSet-Cookie:%20evil=1", "\u560d\u560aSet-Cookie: evil=1"):
        response = client.get(path.format(lines))
        assert "evil" not in response.cookies
        for value in response.headers.values():
            assert "\r" not in value
            assert "\n" not in value


CONFUSING = [
    "/en/goals/%2e%2e/admin/",
    "/en/goals/..%2fadmin/",
    "/en/goals/../admin/",
    "/en//admin/",
    "/en/admin;/goals/",
    "/en/admin/portal.css",
    "/en/admin/%3f/goals/",
    "/en/admin/index.html",
    "/en/goals/%00/../../admin/",
    "/static/../en/admin/",
    "/EN/admin/",
    "//en/admin/",
]


@pytest.mark.whole_site
@pytest.mark.parametrize("path", CONFUSING)
def test_page_of_one_person_is_cached_for_nobody(path, admin_client, admin_user):
    """Cache and application may read an address differently; a page with a name is not cached."""
    admin_user.first_name = "Zzyzx"
    admin_user.save()
    reader = CacheReader(PageCache(WSGIHandler(), 1_000_000, DirectWatcher()))
    session = admin_client.cookies.output(header="", sep=";").partition(";")[0].strip()
    private = reader.get("/en/admin/", cookie=session)
    assert b"Zzyzx" in private.body
    for _ in range(2):
        response = reader.get(path, cookie=session)
        assert "public" not in response.headers.get("Cache-Control", "")
        assert b"Zzyzx" not in reader.get(path).body
