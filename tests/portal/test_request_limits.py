"""The methods, content types, sizes and hosts of requests that the portal accepts."""

import re
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from history.models import Change, Revision
from portal.example_pages import KINDS
from tests.conftest import sqlite_only
from tests.factories import make_goal
from tests.portal.test_admin import address
from translations.exchange.reading import MAX_BYTES

pytestmark = [pytest.mark.django_db, sqlite_only]

FORM = "application/x-www-form-urlencoded"
REFUSED = {"ar": "لم يُقبل الطلب", "en": "The request was not taken"}
MACHINE_PATHS = [
    "id/GPG-1",
    "sitemap.xml",
    "sitemap-goal.xml",
    "robots.txt",
    "favicon.ico",
    "healthz",
    "readyz",
    "metrics",
]


@pytest.mark.whole_site
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
def test_pages_are_only_read(method):
    client = Client(enforce_csrf_checks=True)
    pages = [f"en/{kind}" for kind in {kind.partition("?")[0] for kind in KINDS} - {"nothing/"}]
    for path in [*pages, *MACHINE_PATHS]:
        response = client.generic(method, f"/{path}", b"x=1", FORM)
        assert response.status_code == 405, path
        assert response.headers["Allow"] == "GET, HEAD"
        assert not response.cookies


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "FOO"])
def test_forms_are_opened_and_sent_and_nothing_else(admin_client, method):
    response = admin_client.generic(method, address("index"))

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/json", b'{"title_en": "x"}', 415),
        ("text/plain", b"title_en=x", 415),
        ("application/xml", b"<x/>", 415),
        ("", b"title_en=x", 415),
        (f"{FORM}; charset=utf-16", b"x=1", 415),
        ("multipart/form-data; boundary=x; charset=zlib", b"--x--", 415),
        ("multipart/form-data", b"title_en=x", 400),
        ("multipart/form-data; boundary=x", b"--x\r\n", 200),
        (FORM, b"x" * 2_621_441, 413),
        (FORM, b"&".join(b"a%d=1" % number for number in range(4_001)), 413),
        (FORM, b"title_en=%ff%fe&title_ar=%00", 200),
    ],
)
def test_form_of_another_kind_is_refused_in_words(
    admin_client, language, content_type, body, status
):
    path = address("goals_goal_change", make_goal().pk, language=language)
    revisions = Revision.objects.count()

    response = admin_client.generic("POST", path, body, content_type)

    assert response.status_code == status
    html = response.content.decode()
    assert f'<html lang="{language}"' in html
    assert (REFUSED[language] in html) is (status != 200)
    assert Revision.objects.count() == revisions


def test_files_are_taken_where_files_are_wanted_and_of_their_size(admin_client, monkeypatch):
    large = SimpleUploadedFile("texts.po", b"x" * MAX_BYTES)
    exchange = address("translations_translationstate_exchange", language="en")

    assert Client().post("/en/admin/login/", {"file": large}).status_code == 413
    large.seek(0)
    assert admin_client.post(exchange, {"file": large}).status_code == 200
    twice = {"file": SimpleUploadedFile("texts.po", b"x" * (MAX_BYTES + 3_000_000))}
    assert admin_client.post(exchange, twice).status_code == 413
    many = {f"file{n}": SimpleUploadedFile(f"{n}.po", b"x") for n in range(3)}
    assert admin_client.post(exchange, many).status_code == 413


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:80@evil.example", "a b", "[::1"]
)
def test_other_host_learns_nothing(host):
    response = Client(headers={"host": host}).get("/en/")

    html = response.content.decode()
    assert response.status_code == 400
    assert "The portal did not understand this request" in html
    assert host not in html


OUTSIDE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "http://testserver@evil.example/",
    "/en/\r\nLocation: //evil.example",
]


@pytest.mark.parametrize("outside", OUTSIDE)
def test_no_address_leads_elsewhere(admin_client, admin_user, outside):
    goal = make_goal()
    admin_user.set_password("a long enough phrase")
    admin_user.save()
    change = Change.objects.filter(record=goal.pk).last()
    restoring = address("goals_goal_restore", change.pk)
    # There is nothing to restore, so the view redirects to the address in the form.
    typed = {"username": "admin", "password": "a long enough phrase", "next": outside}
    answers = [
        Client().post("/en/admin/login/", typed),
        admin_client.post("/en/admin/login/?" + urlencode({"next": outside}), typed),
        admin_client.post(restoring, {"back": outside, "seen": "none"}),
        admin_client.post("/en/admin/logout/", {"next": outside}),
        *(
            Client().get(path)
            for path in [
                f"/{quote(outside)}",
                f"//{quote(outside)}",
                f"/id/{quote(outside)}",
                f"/en/{quote(outside)}",
                f"/?next={quote(outside)}",
            ]
        ),
    ]

    for answer in answers:
        assert answer.status_code < 500
        there = urljoin("http://testserver/", answer.headers.get("Location", ""))
        assert there.startswith("http://testserver/"), there
        assert "\n" not in there
        switches = re.findall(r'<a href="([^"]*)" [^>]*hreflang', answer.content.decode())
        for link in switches:
            assert urlsplit(urljoin("http://testserver/", link)).netloc == "testserver"


def test_no_header_says_where_the_portal_is(client):
    goal = make_goal()
    names = ["X-Forwarded-Host", "X-Host", "X-Forwarded-Server", "X-Original-Host", "Forwarded"]
    headers = dict.fromkeys(names, "host=evil.example")
    headers |= {"X-Original-URL": "/en/admin/", "X-Rewrite-URL": "/en/admin/"}
    for path in ["/", "/en/", goal.get_absolute_url(), "/sitemap.xml", "/robots.txt", "/id/GPG-1"]:
        forged, usual = client.get(path, headers=headers), client.get(path)
        assert "evil.example" not in forged.content.decode() + str(forged.headers)
        assert forged.headers.get("Location") == usual.headers.get("Location")
