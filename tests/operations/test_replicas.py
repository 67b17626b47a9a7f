"""Pages are served without a replica or without the primary, and are never out of date."""

import re
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from operations.stalled import MAX_PRIMARY_SECONDS, MAX_REPLICA_SECONDS
from tests.cluster import cluster
from tests.conftest import sqlite_only
from tests.serving import served

pytestmark = [pytest.mark.whole_site, sqlite_only]

GOALS = """
from tests.factories import make_goal
for number in range(1, 5):
    make_goal(number=number, slug=f"goal-{number}")
"""
CHANGE_VERSION = "UPDATE history_contentversion SET token = md5(random()::text), changed_at = now()"


@pytest.fixture(scope="module")
def servers():
    with cluster(replicas=2) as (primary, replicas):
        yield primary, replicas


@pytest.fixture(scope="module")
def portal(servers, prepared, tmp_path_factory):
    primary, replicas = servers
    variables = {
        "DATABASE_URL": primary.url,
        "DATABASE_REPLICA_URLS": " ".join(replica.url for replica in replicas),
    }

    def load(server):
        server.manage("migrate")
        server.manage("shell", "--command", GOALS)

    with served(prepared, tmp_path_factory.mktemp("data"), load, **variables) as server:
        yield server


def get(portal, path):
    """Return the status, the text and the headers of a response."""
    try:
        with urllib.request.urlopen(f"{portal}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), error.headers


def title(portal):
    _status, page, _headers = get(portal, "/en/goals/goal-1/")
    return re.search("<h1[^>]*>(.*?)</h1>", page, re.DOTALL)[1].strip()


def retitle(primary, words):
    """Change a title as the portal does: with a new version of the content, in one transaction."""
    connection = psycopg2.connect(primary.url)
    with connection, connection.cursor() as cursor:
        change = "UPDATE goals_goal SET title_en = %s WHERE slug = 'goal-1'"
        cursor.execute(change, [words])
        cursor.execute(CHANGE_VERSION)
    connection.close()


def test_change_is_seen_although_replicas_lag(portal, servers):
    primary, replicas = servers
    assert get(portal, "/en/goals/")[0] == 200
    time.sleep(1.5)  # the replicas are checked
    for replica in replicas:
        replica.fetch_row("SELECT pg_wal_replay_pause()")
    for number in range(3):
        retitle(primary, f"Title {number}")
        time.sleep(1)
        assert title(portal) == f"Title {number}"
    for replica in replicas:
        replica.fetch_row("SELECT pg_wal_replay_resume()")


def read_all(portal, paths, pause=0.2):
    """Request pages, four at a time; return their statuses, and the seconds of the slowest."""

    def timed(path):
        started = time.monotonic()
        status = get(portal, path)[0]
        time.sleep(pause)
        return status, time.monotonic() - started - pause

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(timed, paths))
    return {status for status, _seconds in results}, max(seconds for _status, seconds in results)


def test_readers_do_not_wait_for_a_replica_that_stalls(portal, servers):
    _primary, replicas = servers
    # Searches are never cached.
    paths = [f"/en/search/?q=word{number}" for number in range(60)]
    assert read_all(portal, paths[:20])[0] == {200}

    with replicas[0].stalled():
        statuses, slowest = read_all(portal, paths)
        later_statuses, later_slowest = read_all(portal, paths)

    assert statuses == later_statuses == {200}
    assert slowest < MAX_REPLICA_SECONDS + 5
    assert later_slowest < 3
    assert get(portal, "/readyz")[0] == 200


def test_nobody_waits_for_ever_for_a_primary_that_stalls(portal, servers):
    primary, _replicas = servers
    assert get(portal, "/readyz")[0] == 200

    with primary.stalled():
        started = time.monotonic()
        assert get(portal, "/readyz")[0] == 503
        # Then it is tried for each of the three databases, 3 seconds each.
        assert time.monotonic() - started < MAX_PRIMARY_SECONDS + 14
        assert read_all(portal, ["/en/goals/", "/ar/library/"])[0] == {200}  # from the replicas

    time.sleep(6)  # until the primary is asked again
    assert get(portal, "/readyz")[0] == 200


def test_readers_go_on_without_the_primary(portal, servers):
    primary, replicas = servers
    retitle(primary, "Before")
    time.sleep(1)
    assert title(portal) == "Before"
    time.sleep(1)

    primary.stop()
    assert title(portal) == "Before"
    # Pages that are not cached come from the replicas.
    for slug in ("goal-2", "goal-3", "goal-4"):
        assert get(portal, f"/en/goals/{slug}/")[0] == 200
    replicas[0].stop()
    for language in ("ar", "en"):
        assert get(portal, f"/{language}/dialogue/")[0] == 200
    status, text, headers = get(portal, "/readyz")
    assert status == 503
    assert get(portal, "/healthz")[0] == 200
    replicas[1].stop()
    status, text, headers = get(portal, "/en/library/")
    assert (status, headers["Retry-After"]) == (503, "10")
    assert "unavailable for a moment" in text
    assert "detail=stale" in get(portal, "/en/goals/goal-1/")[2]["Cache-Status"]

    for server in (primary, *replicas):
        server.start()
    deadline = time.monotonic() + 10
    while get(portal, "/readyz")[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.2)
    retitle(primary, "After")
    time.sleep(1.2)
    assert title(portal) == "After"
    assert get(portal, "/en/library/")[0] == 200
