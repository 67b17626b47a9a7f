"""Metrics: who may read them, what is counted, and how several processes share them."""

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

from operations.observability import metrics, processes
from operations.observability.wrapper import ObservedApplication
from tests.conftest import sqlite_only
from tests.factories import make_goal
from tests.operations.conftest import WsgiAnswer, make_environ

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-tests-" + "0123456789"


@pytest.fixture
def metrics_on(settings):
    settings.METRICS_TOKEN = TOKEN
    settings.ACCESS_LOG = False


def scrape(client, token=TOKEN):
    return client.get("/metrics", headers={"authorization": f"Bearer {token}"})


def values(text):
    """Return the samples of an exposition: {name with labels: value}."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_without_a_token_of_its_own_a_portal_has_no_metrics(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics").status_code == 404
    assert scrape(client, "").status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", TOKEN, f"Basic {TOKEN}", "Bearer é"])
def test_others_are_turned_away(client, metrics_on, header):
    response = client.get("/metrics", headers={"authorization": header})
    assert (response.status_code, response.content) == (401, b"")


def test_whoever_has_the_token_reads_the_metrics(client, metrics_on):
    response = scrape(client)

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "no-store" in response.headers["Cache-Control"]
    samples = values(response.content.decode())
    assert "portal_queries_total" in samples
    assert samples['process_resident_memory_bytes{pid="self"}'] > 1_000_000


def increases(client, *requests):
    """Send requests; return the counters that have increased, without times: {name: increase}."""
    application = ObservedApplication(WSGIHandler())
    before = values(scrape(client).content.decode())
    for environ in requests:
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


def test_requests_and_searches_are_counted_by_the_names_of_their_addresses(client, metrics_on):
    samples = increases(
        client,
        make_environ("/healthz"),
        make_environ("/en/search/", QUERY_STRING="q=whisper"),
        make_environ("/en/search/suggestions/", QUERY_STRING="q=whisper"),
        make_environ("/en/nothing/"),
        make_environ("/static/nothing.css"),
    )

    queries = samples.pop("portal_queries_total")
    assert queries > 3
    assert samples.pop("portal_query_seconds_total") > 0
    assert samples == {
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


def test_what_the_page_cache_did_is_counted_and_names_no_page(client, metrics_on):
    samples = increases(client, make_environ("/healthz", **{"portal.cache": "miss"}))
    assert samples['portal_cache_total{result="miss"}'] == 1
    assert samples['portal_requests_total{method="GET",status="200",view="healthz"}'] == 1

    samples = increases(client, make_environ("/healthz", **{"portal.cache": "hit"}))
    assert samples['portal_cache_total{result="hit"}'] == 1
    assert samples['portal_requests_total{method="GET",status="200",view="cached"}'] == 1


def test_series_stay_few_for_any_requests(metrics_on):
    def series():
        return sum(len(family.samples) for family in metrics.registry.collect())

    def refuse(environ, start_response):
        start_response("404 Not Found", [])
        return []

    portal, quick = ObservedApplication(WSGIHandler()), ObservedApplication(refuse)
    for path in ("/static/x", "/id/x", "/x"):
        WsgiAnswer(portal, make_environ(path, "BREW"))
    before = series()
    for number in range(1000):
        name = secrets.token_urlsafe(8)
        path = f"/{('static', 'id', name)[number % 3]}/{name}"
        left = {"portal.cache": name, "QUERY_STRING": name}
        WsgiAnswer(quick if number % 20 else portal, make_environ(path, name, **left))

    assert series() == before


def test_revisions_of_all_processes_are_counted(client, metrics_on):
    name = "portal_content_version_changes_total"
    before = values(scrape(client).content.decode())[name]
    make_goal()
    assert values(scrape(client).content.decode())[name] > before


def test_where_nothing_can_be_counted_the_metrics_say_so(client, metrics_on, monkeypatch, caplog):
    folder = portal_settings.BASE_DIR / "manage.py"
    assert values(scrape(client).content.decode())["portal_counting"] == 1

    monkeypatch.setattr(processes, "has_failed", False)
    processes.share(folder)

    samples = values(scrape(client).content.decode())
    assert samples["portal_counting"] == 0
    assert "portal_content_version_changes_total" in samples
    assert "portal_queries_total" not in samples
    assert len(caplog.records) == 1
    assert not processes.is_shared()


def test_metrics_are_shown_while_the_database_fails(client, metrics_on, monkeypatch):
    def failing():
        raise InterfaceError

    monkeypatch.setattr(metrics.Revision.objects, "order_by", failing)
    samples = values(scrape(client).content.decode())
    assert "portal_queries_total" in samples
    assert "portal_content_version_changes_total" not in samples


# Several processes


@contextmanager
def metrics_server(folder):
    """Start a server that shares a data folder with others; yield its process, to read its port."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "DATA_DIR": str(folder),
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
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


def health_count(port):
    """Return the number of requests for /healthz, and the ids of the processes with metrics."""
    text = fetch(port, "/metrics", Authorization=f"Bearer {TOKEN}")
    samples = values(text)
    count = samples['portal_requests_total{method="GET",status="200",view="healthz"}']
    assert samples['portal_request_seconds_count{view="healthz"}'] == count
    return count, set(re.findall(r'process_resident_memory_bytes\{pid="(\d+)"\}', text))


def metrics_files(folder):
    return {file.name for file in (folder / "metrics").glob("*.db")}


@pytest.mark.whole_site
@sqlite_only
def test_every_process_answers_for_all_and_the_next_server_begins_anew(tmp_path):
    with ExitStack() as servers:
        first, second = (servers.enter_context(metrics_server(tmp_path)) for _ in range(2))
        ports = [int(process.stdout.readline()) for process in (first, second)]
        for port in ports * 3:
            assert fetch(port, "/healthz") == "ok\n"
        # A request is counted after its answer was sent, and before the server takes another one.
        for port in ports:
            fetch(port, "/readyz")

        both = {str(first.pid), str(second.pid)}
        assert [health_count(port) for port in ports] == [(6, both)] * 2

        second.kill()
        second.wait()
        before = metrics_files(tmp_path)
        assert health_count(ports[0]) == (6, {str(first.pid)})
        assert health_count(ports[0]) == (6, {str(first.pid)})
        # Its values are merged into the files of all processes that have ended.
        ended = {f"{kind}_{second.pid}.db" for kind in ("counter", "histogram")}
        assert metrics_files(tmp_path) == before - ended | {"counter_0.db", "histogram_0.db"}

    with metrics_server(tmp_path) as process:
        port = int(process.stdout.readline())
        fetch(port, "/healthz")
        assert health_count(port) == (1, {str(process.pid)})
