"""Metrics are told to those with the token, for all processes, under few names."""

import re
import secrets
import subprocess
import sys
import urllib.request
from contextlib import ExitStack, contextmanager

import pytest
from django.conf import settings as portal_settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import InterfaceError

from operations.observability import metrics
from operations.observability.wrapper import ObservedApplication
from tests.conftest import once
from tests.factories import make_goal
from tests.operations.conftest import WsgiAnswer, environ_of

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-tests-" + "0123456789"


@pytest.fixture
def counted(settings):
    settings.METRICS_TOKEN = TOKEN
    settings.ACCESS_LOG = False


def scrape(client, token=TOKEN):
    return client.get("/metrics", headers={"authorization": f"Bearer {token}"})


def values(text):
    """Return the samples of an exposition: name with labels → value."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_without_a_token_of_its_own_a_portal_has_no_metrics(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404
    assert scrape(client, "").status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", TOKEN, f"Basic {TOKEN}", "Bearer é"])
def test_others_are_turned_away(client, counted, header):
    response = client.get("/metrics", headers={"authorization": header})
    assert (response.status_code, response.content) == (401, b"")


def test_whoever_has_the_token_reads_the_metrics(client, counted):
    response = scrape(client)

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "no-store" in response.headers["Cache-Control"]
    found = values(response.content.decode())
    assert "portal_queries_total" in found
    assert found['process_resident_memory_bytes{pid="self"}'] > 1_000_000


def grown(client, *asked):
    """Ask the portal, and return the counters that have grown, without times."""
    application = ObservedApplication(WSGIHandler())
    before = values(scrape(client).content.decode())
    for environ in asked:
        WsgiAnswer(application, environ)
    after = values(scrape(client).content.decode())
    return {
        name: value - before.get(name, 0)
        for name, value in after.items()
        if value != before.get(name, 0)
        and name.startswith("portal_")
        and "seconds_bucket" not in name
        and "seconds_sum" not in name
        and "_created" not in name
    }


def test_requests_and_searches_are_counted_by_the_names_of_their_addresses(client, counted):
    found = grown(
        client,
        environ_of("/healthz"),
        environ_of("/en/search/", QUERY_STRING="q=whisper"),
        environ_of("/en/search/suggestions/", QUERY_STRING="q=whisper"),
        environ_of("/en/nothing/"),
        environ_of("/static/nothing.css"),
    )

    queries = found.pop("portal_queries_total")
    assert queries > 3
    assert found.pop("portal_query_seconds_total") > 0
    assert found == {
        'portal_requests_total{method="GET",status="200",view="healthz"}': 1,
        'portal_requests_total{method="GET",status="200",view="search"}': 1,
        'portal_requests_total{method="GET",status="200",view="suggestions"}': 1,
        'portal_requests_total{method="GET",status="404",view="none"}': 1,
        'portal_requests_total{method="GET",status="404",view="static"}': 1,
        'portal_request_seconds_count{view="healthz"}': 1,
        'portal_request_seconds_count{view="search"}': 1,
        'portal_request_seconds_count{view="suggestions"}': 1,
        'portal_request_seconds_count{view="none"}': 1,
        'portal_request_seconds_count{view="static"}': 1,
        'portal_cache_total{result="none"}': 5,
        'portal_search_seconds_count{kind="results"}': 1,
        'portal_search_seconds_count{kind="suggestions"}': 1,
        "portal_searches_unanswered_total": 1,
    }


def test_what_the_page_cache_did_is_counted_and_names_no_page(client, counted):
    found = grown(client, environ_of("/healthz", **{"portal.cache": "miss"}))
    assert found['portal_cache_total{result="miss"}'] == 1
    assert found['portal_requests_total{method="GET",status="200",view="healthz"}'] == 1

    found = grown(client, environ_of("/healthz", **{"portal.cache": "hit"}))
    assert found['portal_cache_total{result="hit"}'] == 1
    assert found['portal_requests_total{method="GET",status="200",view="cached"}'] == 1


def test_series_stay_few_whatever_is_asked_for(counted):
    def series():
        return sum(len(family.samples) for family in metrics.own.collect())

    def refuse(environ, start_response):
        start_response("404 Not Found", [])
        return []

    portal, quick = ObservedApplication(WSGIHandler()), ObservedApplication(refuse)
    for path in ("/static/x", "/id/x", "/x"):
        WsgiAnswer(portal, environ_of(path, "BREW"))
    before = series()
    for number in range(1000):
        name = secrets.token_urlsafe(8)
        path = f"/{('static', 'id', name)[number % 3]}/{name}"
        left = {"portal.cache": name, "QUERY_STRING": name}
        WsgiAnswer(quick if number % 20 else portal, environ_of(path, name, **left))

    assert series() == before


def test_changes_of_the_content_are_told_by_whatever_process_they_were_made(client, counted):
    name = "portal_content_version_changes_total"
    before = values(scrape(client).content.decode())[name]
    make_goal()
    assert values(scrape(client).content.decode())[name] > before


def test_metrics_are_told_while_the_database_fails(client, counted, monkeypatch):
    def failing():
        raise InterfaceError

    monkeypatch.setattr(metrics.Revision.objects, "order_by", failing)
    found = values(scrape(client).content.decode())
    assert "portal_queries_total" in found
    assert "portal_content_version_changes_total" not in found


# Several processes


@contextmanager
def served(folder):
    """A server of its own, which shares a folder with others; yield its address and number."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "DATA_DIR": str(folder),
        "METRICS_TOKEN": TOKEN,
        "LOG_LEVEL": "ERROR",
        "PYTHONWARNINGS": "error",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.operations.serve"],
        cwd=portal_settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def fetch(port, path, **headers):
    request = urllib.request.Request(f"http://localhost:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def health_counted(port):
    """Return how many requests for /healthz there were, and the processes that are told of."""
    found = fetch(port, "/metrics", Authorization=f"Bearer {TOKEN}")
    counted = values(found)
    count = counted['portal_requests_total{method="GET",status="200",view="healthz"}']
    assert counted['portal_request_seconds_count{view="healthz"}'] == count
    return count, set(re.findall(r'process_resident_memory_bytes\{pid="(\d+)"\}', found))


def found(folder):
    return {file.name for file in (folder / "metrics").glob("*.db")}


@pytest.mark.whole_site
@once
def test_every_process_answers_for_all_and_the_next_server_begins_anew(tmp_path):
    with ExitStack() as servers:
        one, other = (servers.enter_context(served(tmp_path)) for _ in range(2))
        ports = [int(process.stdout.readline()) for process in (one, other)]
        for port in ports * 3:
            assert fetch(port, "/healthz") == "ok\n"
        # A request is counted after its answer was sent, and before the server takes another one.
        for port in ports:
            fetch(port, "/readyz")

        both = {str(one.pid), str(other.pid)}
        assert [health_counted(port) for port in ports] == [(6, both)] * 2

        other.kill()
        other.wait()
        before = found(tmp_path)
        assert health_counted(ports[0]) == (6, {str(one.pid)})
        assert health_counted(ports[0]) == (6, {str(one.pid)})
        # What it has counted is kept with what others have that are gone.
        gone = {f"{kind}_{other.pid}.db" for kind in ("counter", "histogram")}
        assert found(tmp_path) == before - gone | {"counter_0.db", "histogram_0.db"}

    with served(tmp_path) as process:
        port = int(process.stdout.readline())
        fetch(port, "/healthz")
        assert health_counted(port) == (1, {str(process.pid)})
