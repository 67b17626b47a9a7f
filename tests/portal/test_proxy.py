"""nginx with the configuration of deploy/, in front of a portal with the settings of production."""

import gzip
import re
import subprocess
import time

import pytest
from django.conf import settings

from accounts.known_devices import COOKIE
from library.page_parameters import canonical_query
from portal.example_pages import KINDS
from tests.conftest import require, sqlite_only
from tests.portal.test_headers import HEADERS
from tests.proxying import DEPLOY, NGINX, Proxy, proxied
from tests.serving import served

CONFIGURATION = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
pytestmark = sqlite_only


def test_configuration_knows_the_pages_and_parameters_that_the_portal_knows():
    languages = "|".join(code for code, _name in settings.LANGUAGES)
    not_cached = "|".join(settings.PAGES_NOT_KEPT)

    pages = rf"(?:{languages})/(?!(?:{not_cached})/)(?:.*/)?|sitemap(?:-[a-z]+)?\.xml"
    assert f"location ~ ^/(?:{pages})$ {{" in CONFIGURATION
    assert f"\\b__Host-(?:{settings.SESSION_COOKIE_NAME}|messages)=" in CONFIGURATION
    assert f" *)?__Host-{COOKIE}=" in CONFIGURATION


RULES = re.findall(r'"~(\^/\S+)" "(&\w+=[\w$-]+)";', CONFIGURATION)
QUERIES = [
    "basis=editorial&basis=every-goal&basis=set&letter=a&page=2&view=parallel",
    *(f"letter={value}" for value in ["b", "b-2", "beh", "yeh-99", "other", "other-10"]),
    *(
        f"letter={value}"
        for value in ["", "B", "b-1", "b-02", "b-100", "bb", "%D8%A8", "beh-", "b-2x"]
    ),
    *(f"page={value}" for value in ["2", "10", "999", "", "0", "1", "02", "1000", "2x", "-2"]),
    *(f"edition={value}" for value in ["0", "1900", "2028", "2199", "1899", "2200", "20280", "x"]),
    "basis=set&edition=2023&edition=2028&letter=a&page=3",
    *(f"p={value}" for value in ["2", "999", "1", "0", "1000", "x"]),
    "letter=b-2&letter=c&letter=nothing&page=3&page=20&page=x",
]


@pytest.mark.parametrize("query", QUERIES)
def test_configuration_knows_the_parameters_of_each_kind_of_page(query):
    paths = {f"/{code}/{kind.partition('?')[0]}" for kind in KINDS for code in ("ar", "en")}
    concordance = "/ar/library/documents/goals-2028/concordance/"
    for path in [*paths, concordance, "/sitemap.xml", "/sitemap-term.xml"]:
        matches = [(re.search(pattern, f"{path}?{query}"), value) for pattern, value in RULES]
        parts = [
            re.sub(r"\$(\w+)", lambda name, match=match: match[name[1]], value)
            for match, value in matches
            if match
        ]
        assert "".join(sorted(parts)).removeprefix("&") == canonical_query(path, query), path


def test_parameters_that_may_be_repeated_are_kept():
    assert canonical_query("/ar/sdgs/matrix/", QUERIES[0]).count("=") == 3


def test_configuration_is_valid(tmp_path):
    require(NGINX, "nginx")
    proxy = Proxy(tmp_path, [8000, 8001], tmp_path)

    result = subprocess.run(proxy.command("-t"), capture_output=True, text=True, check=False)

    assert (result.returncode, result.stderr.count("[warn]")) == (0, 0), result.stderr


@pytest.fixture(scope="module")
def backend(prepared, tmp_path_factory):
    require(NGINX, "nginx")
    own = {"BEHIND_PROXY": "true", "HTTPS_REDIRECT": "true", "HSTS_SECONDS": "3600"}
    with served(prepared, tmp_path_factory.mktemp("data"), **own) as server:
        yield server


@pytest.fixture(scope="module")
def proxy(backend, tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    unbuffered_log = [("buffer=64k flush=5s", "")]
    data = backend.environment["DATA_DIR"]
    with proxied(folder, [backend.port], data, changes=unbuffered_log) as proxy:
        yield proxy


def cache_status(response):
    return (response.headers.get_all("Cache-Status") or [""])[-1]


@pytest.mark.whole_site
class TestProxy:
    """The tests run in this order; a late one stops the portal."""

    def test_pages_are_cached_and_private_ones_are_not(self, proxy):
        first, second = proxy.request("/ar/goals/"), proxy.request("/ar/goals/")
        assert (first.status, cache_status(first)) == (200, "nginx; fwd=miss")
        assert (second.status, cache_status(second)) == (200, "nginx; hit")
        assert second.body == first.body
        # nginx ignores Vary: the encoding is in the key of its cache, and cookies bypass the cache.
        assert first.headers["Vary"] == "Accept-Encoding, Cookie"

        for headers in (
            {"Cookie": "a=b; __Host-sessionid=c"},
            {"Authorization": "Basic x"},
        ):
            private = proxy.request("/ar/goals/", **headers)
            assert (private.status, cache_status(private)) == (200, "nginx; fwd=bypass")
            assert "private" in private.headers["Cache-Control"]
        for path in ("/ar/search/?q=a", "/en/account/login/", "/en/brief/", "/en/cite/GPG-1/"):
            assert cache_status(proxy.request(path)) == "", path

    def test_redirects_and_headers_of_the_portal_are_passed_on(self, proxy):
        plain = proxy.request("/ar/goals/?view=parallel", encrypted=False)
        assert (plain.status, plain.headers["Location"]) == (
            301,
            "https://localhost/ar/goals/?view=parallel",
        )
        assert proxy.request("/").headers["Location"] == "/ar/"
        assert proxy.request("/en/goals").headers["Location"] == "/en/goals/"
        page = proxy.request("/en/goals/")
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Strict-Transport-Security"].startswith("max-age=3600")
        assert re.fullmatch(r"[0-9a-f]{32}", page.headers["X-Request-ID"])
        assert page.headers["Server"] == "nginx"
        assert b'href="https://localhost/ar/goals/"' in page.body
        assert proxy.request("/metrics").status == 404

    def test_answers_of_nginx_have_the_headers_that_those_of_the_portal_have(self, proxy):
        page = proxy.request("/en/")
        style = re.search(r'href="(/static/portal/portal\.\w+\.css)"', page.body.decode())[1]
        names = [*HEADERS, "Content-Security-Policy"]
        for path, method, status in [
            (style, "GET", 200),
            ("/static/staticfiles.json", "GET", 404),
            ("/static/portal/portal.000.css", "GET", 404),
            ("/en/", "TRACE", 405),
            ("/metrics", "GET", 404),
            ("/en/goals/", "GET", 200),
        ]:
            answer = proxy.request(path, method)
            assert answer.status == status, path
            assert [len(answer.headers.get_all(name)) for name in names] == [1] * len(names), path
            for name in HEADERS.keys() - {"Strict-Transport-Security"}:
                assert answer.headers[name] == HEADERS[name], path
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]

    def test_other_names_of_the_host_get_no_answer(self, proxy):
        with pytest.raises(ConnectionError):
            proxy.request("/ar/", encrypted=False, Host="elsewhere.example.org")

    def test_three_encodings_are_three_entries_and_no_more(self, proxy):
        bodies = set()
        for accepted, coding in [
            ("gzip, deflate, br, zstd", "br"),
            ("br;q=1.0, *;q=0.1", "br"),
            ("gzip;q=0.8, br;q=0", "gzip"),
            ("deflate, GZIP", "gzip"),
            ("identity", None),
        ]:
            answer = proxy.request("/en/themes/", Accept_Encoding=accepted)
            assert answer.headers["Content-Encoding"] == coding, accepted
            bodies.add(answer.body)
        assert len(bodies) == 3
        assert len(cache_keys(proxy, "/en/themes/")) == 3

    def test_made_up_parameters_find_the_same_page(self, proxy):
        plain = proxy.request("/en/sdgs/matrix/")
        for number in range(50):
            response = proxy.request(f"/en/sdgs/matrix/?utm={number}&x{number}=1")
            assert response.body == plain.body
        assert len(cache_keys(proxy, "/en/sdgs/matrix/")) == 1

        both = proxy.request("/en/sdgs/matrix/?basis=set&basis=editorial")
        swapped = proxy.request("/en/sdgs/matrix/?basis=editorial&a=b&basis=set")
        single = proxy.request("/en/sdgs/matrix/?basis=set")
        assert both.body == swapped.body
        assert len({plain.body, both.body, single.body}) == 3
        assert len(cache_keys(proxy, "/en/sdgs/matrix/")) == 3

    def test_browser_that_has_the_page_gets_no_body(self, proxy):
        page = proxy.request("/en/goals/")

        unchanged = proxy.request("/en/goals/", If_None_Match=page.headers["ETag"])

        assert (unchanged.status, unchanged.body) == (304, b"")

    def test_static_files_are_compressed_and_cached_for_ever(self, proxy):
        page = proxy.request("/en/").body.decode()
        style = re.search(r'href="(/static/portal/portal\.\w+\.css)"', page)[1]

        answer = proxy.request(style, Accept_Encoding="gzip")

        assert answer.headers["Cache-Control"] == "public, max-age=315360000, immutable"
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert b"@layer" in gzip.decompress(answer.body)
        assert proxy.request("/static/staticfiles.json").status == 404
        assert proxy.request("/static/portal/portal.000.css").status == 404

    def test_only_files_of_translators_may_be_large(self, proxy):
        large = b"x" * 2_000_000

        refused = proxy.request("/en/search/", "POST", large)
        assert (refused.status, refused.headers["Cache-Control"]) == (413, "no-store")
        assert [name for name in HEADERS if name not in refused.headers] == []
        exchange = proxy.request("/en/admin/translations/translationstate/exchange/", "POST", large)
        assert exchange.status == 415

    def test_flood_from_one_address_is_held_up(self, proxy):
        answers = [proxy.request("/en/account/login/", "POST", b"a=b") for _ in range(15)]

        assert [answer.status for answer in answers][:10] == [415] * 10
        last = answers[-1]
        assert (last.status, last.headers["Retry-After"]) == (429, "10")
        assert (last.headers["Cache-Control"], last.headers["X-Content-Type-Options"]) == (
            "no-store",
            "nosniff",
        )
        assert "عدد كبير من الطلبات" in last.body.decode()
        assert "Too many requests" in last.body.decode()
        # A browser in which somebody has signed in is counted apart, once for each cookie.
        cookies = [f"a=b; __Host-{COOKIE}=W1:1:{letter * 43}" for letter in "xy"]
        known = [
            proxy.request("/en/account/login/", "POST", b"a=b", Cookie=cookie).status
            for cookie in [*cookies, "__Host-known_to=", "a=b"]
        ]
        assert known == [415, 415, 429, 429]
        # Pages can still be read from that address.
        assert proxy.request("/en/goals/").status == 200

    def test_large_file_that_is_held_up_is_not_called_too_large(self, proxy):
        large = b"x" * 2_000_000
        path = "/en/admin/translations/translationstate/exchange/"

        answers = [proxy.request(path, "POST", large).status for _ in range(150)]

        assert 413 not in answers
        assert 429 in answers

    def test_cached_pages_are_served_when_the_portal_is_stopped(self, proxy, backend):
        cached = proxy.request("/en/dialogue/")
        backend.stop()
        time.sleep(2.1)  # nginx counts in whole seconds

        stale, unknown = proxy.request("/en/dialogue/"), proxy.request("/en/search/?q=goal")
        backend.start()

        assert (stale.status, stale.body) == (200, cached.body)
        assert cache_status(stale) == "nginx; hit; detail=stale"
        assert (unknown.status, unknown.headers["Retry-After"]) == (503, "10")
        assert "البوابة غير متاحة" in unknown.body.decode()
        assert proxy.request("/en/search/?q=goal").status == 200

    def test_log_has_neither_addresses_nor_queries(self, proxy):
        proxy.request("/en/search/?q=something-secret")

        log = (proxy.folder / "portal.log").read_text()

        assert "GET /en/search/ 200" in log
        assert "secret" not in log
        assert "127.0.0.1" not in log


def cache_keys(proxy, path):
    """Return the keys of a page in the cache of nginx."""
    keys = [
        re.search(rb"\nKEY: ([^\n]*)", file.read_bytes())[1].decode()
        for file in (proxy.folder / "cache").rglob("*")
        if file.is_file()
    ]
    return [key for key in keys if re.search(rf" {re.escape(path)}[? ]", key)]
