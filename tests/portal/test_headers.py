"""What browsers are told beside a page: read from a portal that is served as over https."""

import re
from http.client import HTTPConnection
from urllib.parse import quote

import pytest

from portal.example_pages import ADMINISTRATION, KINDS
from tests.conftest import once
from tests.observatory import score
from tests.serving import served
from tests.signing_in import cookie_of

pytestmark = [once, pytest.mark.whole_site]

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
    return "=".join(cookie_of(portal.environment["DATA_DIR"], "editor"))


def ask(portal, path, scheme="https", method="GET", **headers):
    connection = HTTPConnection("localhost", portal.port, timeout=30)
    elsewhere = {"Origin": "https://elsewhere.example", "X-Forwarded-Proto": scheme}
    connection.request(method, quote(path, safe="/?=&,.:"), headers=elsewhere | headers)
    answer = connection.getresponse()
    answer.body = answer.read()
    connection.close()
    return answer


def said(answer):
    return {name: answer.headers[name] for name in HEADERS}


def test_every_kind_of_public_page_scores_125_and_sets_no_cookie(portal):
    for kind in KINDS:
        path = f"/ar/{kind}"
        answer, plain = ask(portal, path), ask(portal, path, "http")
        points, found = score(answer, plain)
        assert points >= 125, (path, found)
        assert "Set-Cookie" not in answer.headers, path
        assert said(answer) == HEADERS, path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        if answer.status == 200:
            assert "require-trusted-types-for" in answer.headers["Content-Security-Policy"]


def test_every_kind_of_page_of_the_administration_scores_100(portal, session):
    for kind in [*ADMINISTRATION, "accounts/user/", "nothing/"]:
        path = f"/en/admin/{kind}"
        answer, plain = ask(portal, path, Cookie=session), ask(portal, path, "http")
        assert answer.status == (404 if kind == "nothing/" else 200), path
        points, found = score(answer, plain)
        assert points >= 100, (path, found)
        assert said(answer) == HEADERS, path
        assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_cookies_belong_to_this_host_alone(portal):
    answer = ask(portal, "/en/account/login/")

    cookies = answer.headers.get_all("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert re.match(r"__Host-\w+=", cookie)
        assert {"Secure", "Path=/", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("path", "status", "more"),
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
def test_whatever_is_answered_has_the_same_headers(portal, path, status, more):
    answer = ask(portal, path, **more)
    if path == "/favicon.ico":
        answer = ask(portal, answer.headers["Location"])

    assert answer.status == status
    assert said(answer) == HEADERS
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in answer.headers
