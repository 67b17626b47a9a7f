"""Readers wait for no write: whatever holds a lock of the database, pages and /healthz answer."""

import re
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import psycopg2
import pytest
from django.db import connection

from tests.operations.databases import database_copy
from tests.serving import served
from tests.signing_in import session_cookie

pytestmark = [pytest.mark.whole_site, pytest.mark.django_db(transaction=True)]

PAGE = "/en/goals/"
WRITING_REQUESTS = 30  # more than may work or wait
MAX_SECONDS = 60


@pytest.fixture
def portal(prepared, tmp_path):
    """A server with one process of two threads, on either database."""
    if connection.vendor == "sqlite":
        with served(prepared, tmp_path, WORKERS="1", THREADS="2") as server:
            server.database = tmp_path / "portal.sqlite3"
            yield server
        return
    with (
        database_copy(tmp_path) as address,
        served(prepared, tmp_path, WORKERS="1", THREADS="2", DATABASE_URL=address) as server,
    ):
        server.database = address
        yield server


@contextmanager
def locked(database):
    """Hold the lock of all writes (SQLite), or locks of all tables against writes (PostgreSQL)."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(database, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            yield
            holder.execute("ROLLBACK")
        return
    with closing(psycopg2.connect(database)) as holder, holder.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
        cursor.execute(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
        yield
        holder.rollback()


def request(server, path, method="GET", body=None, **headers):
    """Return the status, the headers and the body of a response."""
    with closing(HTTPConnection("localhost", urlsplit(server).port, timeout=60)) as client:
        client.request(method, path, body, headers)
        response = client.getresponse()
        return response.status, response.headers, response.read().decode()


def counted(server):
    with closing(
        sqlite3.connect(server.database)
        if connection.vendor == "sqlite"
        else psycopg2.connect(server.database)
    ) as reader:
        cursor = reader.cursor()
        cursor.execute("SELECT text, count FROM search_unansweredquery ORDER BY text")
        return cursor.fetchall()


def test_searches_that_find_nothing_are_counted_after_the_lock(portal):
    queries = ["zzqqxx", "zzqqyy", "zzqqvv", "zzqqww"]
    with locked(portal.database):
        for query in [*queries, "zzqqxx"]:
            status, _headers, text = request(portal, f"/en/search/?q={query}")
            assert (status, "Nothing was found" in text) == (200, True)
        assert counted(portal) == []

    wait_until(lambda: sum(count for _text, count in counted(portal)) == 5)
    assert counted(portal) == [("zzqqvv", 1), ("zzqqww", 1), ("zzqqxx", 2), ("zzqqyy", 1)]


def test_health_pages_and_searches_are_answered_while_all_writers_wait(portal, tmp_path):
    request(portal, PAGE)
    style = re.search(r'/static/[^"]+[.]css', request(portal, "/en/")[2])[0]
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(sign_in(portal)))
        for _ in range(WRITING_REQUESTS)
    ]
    with locked(portal.database):
        for thread in threads:
            thread.start()
        wait_until(lambda: answers)  # all places are taken, by those that wait

        assert request(portal, "/healthz")[0] == 200
        assert request(portal, "/healthz", Cookie="__Host-sessionid=x")[0] == 200
        status, headers, _text = request(portal, PAGE)
        assert (status, headers["Cache-Status"]) == (200, "portal; hit")
        assert request(portal, style)[0] == 200
        assert request(portal, "/ar/goals/")[0] == 200  # not in the cache
        assert request(portal, "/en/search/?q=zzqqxx")[0] == 200
        assert request(portal, "/en/search/suggestions/?q=pol")[0] == 200
        name, key = session_cookie(tmp_path, "amal")
        assert request(portal, "/en/goals/", Cookie=f"{name}={key}")[0] == 200

        status, headers, text = answers[0]
        assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "5", "no-store")
        assert "البوابة غير متاحة مؤقتًا" in text
        assert "The portal is unavailable for a moment" in text
    for thread in threads:
        thread.join()


SESSIONS = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from accounts.models import User
from tests.signing_in import write_sessions, session_cookie
write_sessions([User.objects.create_superuser("reader")], number=3)
changes = [{"signed_in_at": 0}, {HASH_SESSION_KEY: "of a former password"}]
changes.append({"account_login": {"half": "done"}})
for index, change in enumerate(changes):
    key = session_cookie(settings.DATA_DIR, "reader", index)[1]
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    session.update(change)
    session.save()
"""


def test_people_whose_session_has_to_be_written_do_not_wait(portal, tmp_path):
    portal.manage("shell", "--command", SESSIONS)
    cookies = ["=".join(session_cookie(tmp_path, "reader", index)) for index in range(3)]
    with locked(portal.database):
        answers = [request(portal, PAGE, Cookie=cookie) for cookie in cookies]
    assert [status for status, _headers, _text in answers] == [200, 200, 200]
    for _status, headers, _text in answers[:2]:
        assert "__Host-sessionid=" in headers["Set-Cookie"]  # which deletes it


def sign_in(server):
    """Send a wrong password, which the portal counts in the database; return as request() does."""
    token = "a" * 32
    return request(
        server,
        "/en/account/login/",
        "POST",
        urlencode({"csrfmiddlewaretoken": token, "login": "somebody", "password": "wrong"}),
        **{"Content-Type": "application/x-www-form-urlencoded"},
        Cookie=f"__Host-csrftoken={token}",
        Origin=str(server),
    )


def wait_until(condition):
    end = time.monotonic() + MAX_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)
