"""The page cache: one page for each version of the content, which depends on its key alone."""

import gzip
import threading
import time
from datetime import UTC, datetime

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection
from django.test import RequestFactory
from django.utils.http import http_date
from hypothesis import given
from hypothesis import strategies as st

from history.content_version import current_version
from library.page_parameters import canonical_query
from operations import version_watcher
from operations.page_cache.application import MAX_WAITING, PageCache
from operations.page_cache.store import PageStore, choose_coding
from operations.version_watcher import SeenVersion, VersionWatcher
from tests.factories import make_goal
from tests.operations.conftest import WsgiAnswer

pytestmark = pytest.mark.django_db


class DirectWatcher:
    """Reads the version over the connection of the test, in whose transaction the changes are."""

    is_away = False

    def keep_checking(self):
        """Do nothing: no thread checks."""

    def current(self):
        if not self.is_away:
            self.latest = SeenVersion(current_version(), None, time.monotonic())
        return self.latest, not self.is_away


class CacheReader:
    """Sends requests to a page cache as browsers do; the responses have its result as `cache`."""

    def __init__(self, application):
        self.application = application

    def get(self, path, query="", method="GET", **headers):
        environ = RequestFactory().generic(method, path, HTTP_HOST="localhost").environ
        del environ["HTTP_COOKIE"]
        environ["QUERY_STRING"] = query
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        answer = WsgiAnswer(self.application, environ)
        answer.cache = environ["portal.cache"]
        return answer


@pytest.fixture
def django():
    """Django as a WSGI application that collects the environ of each request in `requests`."""
    handler = WSGIHandler()

    def application(environ, start_response):
        application.requests.append(environ)
        return handler(environ, start_response)

    application.requests = []
    return application


@pytest.fixture
def cache(django):
    return PageCache(django, 1_000_000, DirectWatcher())


@pytest.fixture
def reader(cache):
    return CacheReader(cache)


def test_page_is_made_once_until_the_content_changes(reader, django):
    goal = make_goal(title_en="First title")
    address = goal.get_absolute_url()
    first, second = reader.get(address), reader.get(address)
    assert (first.cache, second.cache, len(django.requests)) == ("miss", "hit", 1)
    assert first.body == second.body
    assert "First title" in second.body.decode()
    assert second.headers["Cache-Status"] == "portal; hit"
    assert "X-Content-Version" not in first.headers

    goal.title_en = "Second title"
    goal.save()
    third = reader.get(address)
    assert (third.cache, len(django.requests)) == ("miss", 2)
    assert "Second title" in third.body.decode()
    assert third.headers["ETag"] != second.headers["ETag"]


def test_page_is_compressed_as_the_client_accepts(reader):
    plain = reader.get("/en/")
    assert "Content-Encoding" not in plain.headers
    for accept_encoding, coding, decompress in [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, *", "gzip", gzip.decompress),
    ]:
        compressed = reader.get("/en/", accept_encoding=accept_encoding)
        assert compressed.headers["Content-Encoding"] == coding
        assert (
            int(compressed.headers["Content-Length"]) == len(compressed.body) < len(plain.body) / 3
        )
        assert decompress(compressed.body) == plain.body
        assert {"Accept-Encoding", "Cookie"} <= set(compressed.headers["Vary"].split(", "))
    assert reader.get("/en/", accept_encoding="identity").body == plain.body


def test_head_has_the_headers_and_no_body(reader):
    page = reader.get("/en/", accept_encoding="br")
    head = reader.get("/en/", method="HEAD", accept_encoding="br")
    assert head.body == b""
    assert head.headers == page.headers | {"Cache-Status": "portal; hit"}


@pytest.mark.parametrize("coding", ["br", "gzip", "identity"])
def test_page_that_the_browser_has_is_not_sent_again(reader, coding):
    page = reader.get("/en/", accept_encoding=coding)
    tag, date = page.headers["ETag"], page.headers["Last-Modified"]
    for condition in (
        {"if_none_match": tag},
        {"if_none_match": f'"other", {tag.removeprefix("W/")}'},
        {"if_none_match": "*"},
        {"if_modified_since": date},
    ):
        answer = reader.get("/en/", accept_encoding=coding, **condition)
        assert (answer.status, answer.body) == (304, b"")
        assert {"ETag", "Vary", "Cache-Control"} <= set(answer.headers)
        assert not {"Content-Type", "Content-Length"} & set(answer.headers)
    for condition in (
        {"if_none_match": '"other"', "if_modified_since": date},
        {"if_modified_since": "Mon, 01 Jan 2024 00:00:00 GMT"},
        {"if_modified_since": "yesterday"},
    ):
        assert reader.get("/en/", accept_encoding=coding, **condition).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "theme=dark; sessionid=abc"},
        {"cookie": "messages=abc"},
        {"authorization": "Basic abc"},
    ],
)
def test_requests_with_a_session_or_credentials_bypass_the_cache(reader, headers):
    reader.get("/en/")
    answer = reader.get("/en/", **headers)
    assert answer.cache == "bypass"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert reader.get("/en/", cookie="theme=dark").cache == "hit"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/search/", 200),
        ("/en/brief/", 200),
        ("/en/account/login/", 200),
        ("/healthz", 200),
        ("/", 302),
    ],
)
def test_what_is_no_public_page_bypasses_the_cache(reader, path, status):
    for _ in range(2):
        answer = reader.get(path, accept_encoding="gzip")
        assert (answer.status, answer.cache) == (status, "bypass")
        assert "public" not in answer.headers.get("Cache-Control", "")


def test_missing_page_is_compressed_and_not_cached(reader, cache):
    for _ in range(2):
        answer = reader.get("/en/nothing/", accept_encoding="gzip")
        assert (answer.status, answer.cache) == (404, "miss")
        assert b"<html" in gzip.decompress(answer.body)
    assert not cache.store.pages


def test_nothing_but_its_key_gets_into_a_page(reader, django):
    clean = reader.get("/en/sdgs/matrix/", "basis=set")
    django.requests.clear()
    odd = {
        "accept_language": "ar",
        "user_agent": "<script>",
        "referer": "https://elsewhere.example/",
        "x_forwarded_host": "elsewhere.example",
        "x_forwarded_proto": "https",
        "x_original_url": "/ar/",
        "cookie": "theme=<script>",
    }
    query = "utm_source=<script>&basis=set&preview=goals.goal.1&view=other"
    assert reader.get("/en/sdgs/matrix/", query, **odd).body == clean.body
    assert reader.get("/en/sdgs/matrix/", query, host="LOCALHOST", **odd).body == clean.body
    assert not django.requests  # one key

    fresh = reader.get("/en/goals/", query, **odd)
    (environ,) = django.requests
    assert environ["QUERY_STRING"] == ""
    assert {name for name in environ if name.startswith("HTTP_")} == {"HTTP_HOST"}
    assert b"elsewhere" not in fresh.body
    assert b"script>&" not in fresh.body


def test_hosts_have_pages_of_their_own_and_strange_ones_none(reader, settings, cache):
    settings.ALLOWED_HOSTS = ["localhost", "portal.example"]
    reader.get("/en/")
    second_host = reader.get("/en/", host="portal.example")
    assert second_host.cache == "miss"
    assert b"portal.example" in second_host.body
    assert reader.get("/en/", host="evil.example").status == 400
    assert {key.host for key in cache.store.pages} == {"localhost", "portal.example"}


def test_made_up_and_repeated_parameters_find_the_same_page(reader, cache):
    goal = make_goal()
    for query in ["", "basis=set", "view=all", "utm_source=x", "view=", "a=1&" * 50]:
        reader.get(goal.get_absolute_url(), query)
    for query in ["view=parallel", "view=parallel&view=parallel", "b=1&view=parallel&basis=set"]:
        reader.get(goal.get_absolute_url(), query)
    for query in ["basis=set&basis=editorial", "basis=editorial&view=parallel&basis=set&basis=set"]:
        reader.get("/en/sdgs/matrix/", query)

    assert sorted(key.query for key in cache.store.pages) == [
        "",
        "basis=editorial&basis=set",
        "view=parallel",
    ]


def test_redirect_to_a_page_keeps_the_whole_query(reader):
    for path in ["/ar/search", "/en/brief", "/en/goals", "/ar/goals/border-integrity"]:
        answer = reader.get(path, "q=%D8%A3+b&items=GPG-1.3&view=parallel")
        assert answer.status == 301
        assert answer.headers["Location"] == f"{path}/?q=%D8%A3+b&items=GPG-1.3&view=parallel"


def test_whatever_is_no_page_says_that_nobody_keeps_it(reader):
    for path in ["/en/nothing/", "/en/goals", "/en/goals/nothing/", "/"]:
        assert reader.get(path).headers["Cache-Control"] == "private, no-cache", path


@given(st.text(), st.sampled_from(["/en/sdgs/matrix/", "/ar/glossary/", "/ar/", "/x"]))
def test_any_query_and_any_coding_are_read(text, path):
    assert set(canonical_query(path, text)) <= set("abcdefghijklmnopqrstuvwxyz0123456789&=-")
    assert choose_coding(text) in ("", "br", "gzip")


def test_thousand_readers_wait_for_one_page(cache, monkeypatch):
    """The application is slow, so that all requests arrive before the page is made."""
    paths, barrier = [], threading.Barrier(51)

    def slow(environ, start_response):
        paths.append(environ["PATH_INFO"])
        time.sleep(0.5)
        start_response("200 OK", [("Content-Type", "text/html"), ("X-Content-Version", "v")])
        return [b"page"]

    class FixedWatcher:
        def current(self):
            return SeenVersion("v", None, time.monotonic()), True

    reader = CacheReader(PageCache(slow, 100_000, FixedWatcher()))
    answers = []

    def read():
        barrier.wait()
        for _ in range(20):
            answers.append(reader.get("/en/").body)

    readers = [threading.Thread(target=read) for _ in range(50)]
    for thread in readers:
        thread.start()
    barrier.wait()
    for thread in readers:
        thread.join()
    assert answers == [b"page"] * 1000
    assert paths == ["/en/"]


def test_memory_is_bounded(reader, cache):
    cache.store.max_bytes = 40_000
    for number in range(1, 12):
        goal = make_goal(number=number)
        reader.get("/en/")
        reader.get(goal.get_absolute_url())
        assert cache.store.size <= 40_000
        assert cache.store.size == sum(page.size for page in cache.store.pages.values())
    assert len(cache.store.pages) > 1
    assert cache.store.get(list(cache.store.pages)[-1])


def test_page_that_was_asked_for_last_stays(cache):
    class Page:
        size = 10

    store = PageStore(30)
    for key in "abc":
        store.put(key, Page())
    store.get("a")
    store.put("d", Page())
    assert list(store.pages) == ["c", "a", "d"]


def test_pages_go_on_when_the_database_is_away(reader, cache, django, monkeypatch):
    goal = make_goal(title_en="Kept")
    cached = reader.get(goal.get_absolute_url())
    reader.get("/en/")
    goal.title_en = "Changed"
    goal.save()
    reader.get("/en/")  # the cache has seen the change, and has a page from before it
    cache.watcher.is_away = True

    def away(*arguments):
        raise OperationalError("The server closed the connection.")

    with connection.execute_wrapper(away):
        stale = reader.get(goal.get_absolute_url())
        assert (stale.cache, stale.body) == ("stale", cached.body)
        assert reader.get("/en/").headers["Cache-Status"] == "portal; hit; detail=stale"
        unknown = reader.get("/en/goals/")
        assert (unknown.status, unknown.headers["Retry-After"]) == (503, "10")
        assert "البوابة غير متاحة" in unknown.body.decode()
        assert "unavailable for a moment" in unknown.body.decode()

    # No version is known, as after a start, but there is a cached page.
    cache.watcher.current = lambda: (None, False)
    with connection.execute_wrapper(away):
        assert reader.get(goal.get_absolute_url()).cache == "stale"
    del cache.watcher.current

    cache.watcher.is_away = False
    assert b"Changed" in reader.get(goal.get_absolute_url()).body
    assert reader.get("/en/goals/").status == 200


@pytest.mark.parametrize(
    ("changed_at", "started_at", "modified"),
    [(1_700_000_000, 1_600_000_000, 1_700_000_000), (1_600_000_000, 1_700_000_000, 1_700_000_000)],
)
def test_page_was_modified_with_its_content_or_with_the_process(
    reader, cache, changed_at, started_at, modified
):
    changed = datetime.fromtimestamp(changed_at, UTC)
    cache.watcher.current = lambda: (SeenVersion(current_version(), changed, 0), True)
    cache.started_at = started_at

    page = reader.get("/en/")

    assert page.headers["Last-Modified"] == http_date(modified)


class WaitingRequests:
    """Stands in for the condition of a watcher: counts the requests that wait, and lets them go."""

    number = 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def notify_all(self):
        return None

    def wait_for(self, is_over, seconds):
        self.number += 1


@pytest.mark.parametrize(("seconds", "waiting"), [(0, 0), (4, 0), (7, 1)])
def test_no_request_waits_soon_after_the_database_was_away(seconds, waiting, monkeypatch):
    clock = [1000]

    def away(alias):
        raise OperationalError("The server closed the connection.")

    monkeypatch.setattr(version_watcher, "monotonic", lambda: clock[0])
    monkeypatch.setattr(version_watcher, "read_version", away)
    monkeypatch.setattr(version_watcher.connections, "close_all", lambda: None)
    watcher = VersionWatcher()
    watcher.threads, watcher.checked = [], WaitingRequests()
    watcher.check_primary()
    clock[0] += seconds

    assert watcher.current() == (None, False)

    assert watcher.checked.number == waiting


def test_coding_is_the_one_that_the_client_likes_best():
    assert choose_coding("br;q=0.5, gzip") == "gzip"
    assert choose_coding("gzip;q=0.4, br;q=0.6") == "br"


def test_page_that_failed_once_is_asked_for_again(monkeypatch):
    def application(environ, start_response):
        requests.append(environ["PATH_INFO"])
        if len(requests) == 1:
            raise InterruptedError
        start_response("200 OK", [("Content-Type", "text/html"), ("X-Content-Version", "v")])
        return [b"page"]

    monkeypatch.setattr("operations.page_cache.application.MAX_WAIT_SECONDS", 0)
    requests = []
    reader = CacheReader(PageCache(application, 100_000, DirectWatcher()))
    with pytest.raises(InterruptedError):
        reader.get("/en/")

    answer = reader.get("/en/")

    assert (answer.body, answer.cache, requests) == (b"page", "miss", ["/en/", "/en/"])
    assert not reader.application.fetches


def test_page_that_is_made_while_no_version_can_be_checked_says_so(reader, cache):
    make_goal()
    reader.get("/en/themes/")
    cache.watcher.is_away = True

    answer = reader.get("/en/")

    assert (answer.status, answer.cache) == (200, "stale-miss")
    assert answer.headers["Cache-Status"] == "portal; fwd=miss; stored; detail=stale"


def test_who_waits_for_a_page_gets_none_that_was_begun_before_its_version():
    watcher, begun, may_end = SettableWatcher("old"), threading.Event(), threading.Event()

    def application(environ, start_response):
        version = environ["portal.page"]
        if version == "old":
            begun.set()
            may_end.wait(5)
        headers = [("Content-Type", "text/html"), ("X-Content-Version", version)]
        start_response("200 OK", headers)
        return [version.encode()]

    cache = PageCache(application, 100_000, watcher)
    bodies = {}

    def read(name):
        bodies[name] = CacheReader(cache).get("/en/").body

    first = threading.Thread(target=read, args=["first"])
    first.start()
    begun.wait(5)
    watcher.version = "new"
    second = threading.Thread(target=read, args=["second"])
    second.start()
    while cache.places._value == MAX_WAITING:
        time.sleep(0.01)
    may_end.set()
    first.join()
    second.join()

    assert bodies == {"first": b"old", "second": b"new"}


class SettableWatcher:
    """Says that the content has a version, and that it is fresh."""

    def __init__(self, version):
        self.version = version

    def current(self):
        return SeenVersion(self.version, None, time.monotonic()), True


def test_form_that_is_sent_to_a_cached_page_bypasses_the_cache(reader, django):
    reader.get("/en/")

    answer = reader.get("/en/", method="POST")

    assert answer.cache == "bypass"
    assert [environ["REQUEST_METHOD"] for environ in django.requests] == ["GET", "POST"]


def test_page_of_an_encrypted_request_is_another_page(reader, django, settings):
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    answers = [reader.get("/en/", x_forwarded_proto=scheme) for scheme in ("http", "https") * 2]

    assert [answer.cache for answer in answers] == ["miss", "miss", "hit", "hit"]
    assert [environ["HTTP_X_FORWARDED_PROTO"] for environ in django.requests] == ["", "https"]
    assert b'"http://localhost/en/' in answers[2].body
    assert b'"https://localhost/en/' in answers[3].body


def test_response_of_the_origin_is_closed_before_it_is_cached():
    class Body(list):
        is_closed = False

        def close(self):
            self.is_closed = True

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html"), ("X-Content-Version", "v")])
        return body

    body = Body([b"page"])
    answer = CacheReader(PageCache(application, 100_000, DirectWatcher())).get("/en/")

    assert (answer.body, body.is_closed) == (b"page", True)
