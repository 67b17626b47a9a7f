"""The response headers of a portal that is served as behind a proxy with https."""

import re
from http.client import HTTPConnection
from urllib.parse import quote

import pytest

from portal.example_pages import ADMINISTRATION, KINDS
from tests.conftest import sqlite_only
from tests.observatory import score
from tests.serving import served
from tests.signing_in import session_cookie

pytestmark = [sqlite_only, pytest.mark.whole_site]

A_YEAR = "31536000"
HEADERS = {
    "Strict-Transport-Security": f"max-age={A_YEAR}; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


@pytest.fixture(scope="module")
def portal(prepared, tmp_path_factory):
    own = {"BEHIND_PROXY": "true", "HTTPS_REDIRECT": "true", "HSTS_SECONDS": A_YEAR}
    with served(prepared, tmp_path_factory.mktemp("data"), **own) as server:
        yield server


@pytest.fixture(scope="module")
def session(portal):
    """The cookie of an administrator's session."""
    return "=".join(session_cookie(portal.environment["DATA_DIR"], "editor"))


def send_request(portal, path, scheme="https", method="GET", **headers):
    connection = HTTPConnection("localhost", portal.port, timeout=30)
    usual = {"Origin": "https://elsewhere.example", "X-Forwarded-Proto": scheme}
    connection.request(method, quote(path, safe="/?=&,.:"), headers=usual | headers)
    response = connection.getresponse()
    response.body = response.read()
    connection.close()
    return response


def checked_headers(response):
    return {name: response.headers[name] for name in HEADERS}


def test_every_kind_of_public_page_scores_125_and_sets_no_cookie(portal):
    for kind in KINDS:
        path = f"/ar/{kind}"
        response, plain = send_request(portal, path), send_request(portal, path, "http")
        points, findings = score(response, plain)
        assert points >= 125, (path, findings)
        assert "Set-Cookie" not in response.headers, path
        assert checked_headers(response) == HEADERS, path
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        if response.status == 200:
            assert "require-trusted-types-for" in response.headers["Content-Security-Policy"]


def test_every_kind_of_page_of_the_administration_scores_100(portal, session):
    for kind in [*ADMINISTRATION, "accounts/user/", "nothing/"]:
        path = f"/en/admin/{kind}"
        response = send_request(portal, path, Cookie=session)
        plain = send_request(portal, path, "http")
        assert response.status == (404 if kind == "nothing/" else 200), path
        points, findings = score(response, plain)
        assert points >= 100, (path, findings)
        assert checked_headers(response) == HEADERS, path
        assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_cookies_belong_to_this_host_alone(portal):
    response = send_request(portal, "/en/account/login/")

    cookies = response.headers.get_all("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert re.match(r"__Host-\w+=", cookie)
        assert {"Secure", "Path=/", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("path", "status", "options"),
    [
        ("/en/nothing/", 404, {}),
        ("/en/admin/login/", 403, {"method": "POST"}),
        ("/en/", 400, {"Host": "elsewhere.example"}),
        ("/favicon.ico", 200, {}),
        ("/service-worker.js", 200, {}),
        ("/sitemap.xml", 200, {}),
        ("/robots.txt", 200, {}),
        ("/healthz", 200, {}),
    ],
)
def test_whatever_is_answered_has_the_same_headers(portal, path, status, options):
    response = send_request(portal, path, **options)
    if path == "/favicon.ico":
        response = send_request(portal, response.headers["Location"])

    assert response.status == status
    assert checked_headers(response) == HEADERS
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in response.headers
