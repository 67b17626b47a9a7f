"""What holds for the answer of every address: a page, a file, a redirect, an error."""

import re

import pytest
from django.test import Client

from accounts.models import User
from operations.headers import HEADERS
from tests.conftest import sqlite_only
from tests.editing.test_roles import addresses
from tests.factories import make_article, make_document, make_goal, make_theme
from tests.portal.test_admin import make_one_of_everything
from tests.portal.test_authorisation import route_address, routes

pytestmark = [pytest.mark.django_db, sqlite_only, pytest.mark.whole_site]

LINK = re.compile(r'<link rel="(?:alternate|canonical)"[^>]* href="([^"]*)"')
ERRORS = ["/", "/en", "/en/goals", "/nothing", "/en/nothing/", "/en/goals/nothing/", "/id/XX-9"]
PORTAL = "https://portal.example.org"


@pytest.fixture
def everything(settings):
    """The addresses of all views, with a record for each that needs one."""
    settings.SECURITY_CONTACT = ["mailto:security@example.org"]
    settings.METRICS_TOKEN = "token"  # noqa: S105
    make_goal(number=1, slug="goal")
    make_theme(slug="theme")
    make_article(slug="article")
    make_document(slug="document")
    make_one_of_everything()
    public = [route_address(route) for route in sorted(set(routes()))]
    return [*ERRORS, *public, *(address for _name, address in addresses())]


def clients():
    signed_in = Client()
    signed_in.force_login(User.objects.create_superuser("amal"))
    return [Client(), signed_in]


def test_every_answer_says_who_may_keep_it_and_is_protected(everything):
    assert len(everything) > 150
    lacking = []
    for client in clients():
        for address in everything:
            for method in (client.get, client.options, client.delete):
                response = method(address)
                names = [*HEADERS, "Cache-Control", "X-Content-Type-Options", "Referrer-Policy"]
                missing = [name for name in names if name not in response.headers]
                lacking += [(address, response.status_code, missing)] if missing else []
                assert response.status_code < 500, address
    assert lacking == []


def test_links_of_every_page_to_itself_are_absolute(everything, settings):
    settings.PUBLIC_ORIGIN = PORTAL
    pages = 0
    for client in clients():
        for address in everything:
            response = client.get(address, headers={"host": "localhost"})
            links = LINK.findall(response.content.decode()) if not response.streaming else []
            assert all(re.fullmatch(rf"{PORTAL}/(ar|en)/[^?]*", link) for link in links), address
            pages += bool(links)
    assert pages > 60


def test_whatever_leaves_the_portal_has_the_public_origin(client, settings):
    settings.PUBLIC_ORIGIN = PORTAL
    make_goal(number=1, slug="goal", title_en="Title")

    for address in [
        "/sitemap.xml",
        "/sitemap-goal.xml",
        "/robots.txt",
        "/en/cite/GPG-1/",
        "/en/cite/GPG-1/en.bib",
        "/en/cite/GPG-1/en.json",
        "/en/brief/?items=GPG-1",
        "/en/goals/goal/?view=parallel",
    ]:
        text = client.get(address, headers={"host": "localhost:8000"}).content.decode()
        assert f"{PORTAL}/" in text, address
        assert "localhost" not in text, address
