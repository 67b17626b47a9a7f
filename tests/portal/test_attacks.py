"""What attackers try on any site, tried here; docs/attacks.md says which test tries what."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client

from accounts.models import User
from editing.models import Proposal
from history.models import Change, Revision
from operations.page_cache.application import PageCache
from tests.conftest import once
from tests.editing.test_roles import addresses
from tests.operations.test_page_cache import CacheReader, OneConnection
from tests.portal.test_admin import make_one_of_everything
from tests.portal.test_authorisation import address_of, routes

pytestmark = [pytest.mark.django_db, once]


@pytest.mark.whole_site
def test_no_address_takes_a_form_of_another_site():
    make_one_of_everything()
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("superuser"))
    before = written()
    every = [address for _name, address in addresses()] + [address_of(r) for r in set(routes())]
    assert len(every) > 150
    for address in every:
        for token in ({}, {"csrfmiddlewaretoken": "x" * 64}):
            response = client.post(address, {"post": "yes", "_save": "1", "action": "x"} | token)
            assert response.status_code in (403, 405), (address, response.status_code)
    assert written() == before


def written():
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
def test_what_one_person_is_shown_is_kept_for_nobody(path, admin_client, admin_user):
    """However cache and application read an address, a page with a name on it is not kept."""
    admin_user.first_name = "Zzyzx"
    admin_user.save()
    reader = CacheReader(PageCache(WSGIHandler(), 1_000_000, OneConnection()))
    session = admin_client.cookies.output(header="", sep=";").partition(";")[0].strip()
    private = reader.get("/en/admin/", cookie=session)
    assert b"Zzyzx" in private.body
    for _ in range(2):
        theirs = reader.get(path, cookie=session)
        assert "public" not in theirs.headers.get("Cache-Control", "")
        assert b"Zzyzx" not in reader.get(path).body
