"""Sessions are cached in Valkey, and work without it."""

import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress

import pytest
from django.contrib.sessions.models import Session
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from operations.sessions import FaultTolerantCache
from portal import environment
from tests.conftest import require, sqlite_only
from tests.portal.test_admin import address
from tests.ports import free_port

pytestmark = [pytest.mark.django_db, sqlite_only]


@pytest.fixture
def valkey(tmp_path):
    """A server of Valkey, or of Redis, which has the same protocol."""
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    require(program, "redis-server")
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
    process.address = f"redis://127.0.0.1:{port}"
    wait_for(port)
    yield process
    process.terminate()
    process.wait()


def wait_for(port):
    for _ in range(100):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.1)
    raise TimeoutError(port)


@pytest.fixture
def sessions_cached(valkey, settings, monkeypatch):
    monkeypatch.setenv("CACHE_URL", valkey.address)
    settings.CACHES = environment.caches("CACHE_URL")
    settings.SESSION_ENGINE = "operations.sessions"
    settings.SESSION_CACHE_ALIAS = "sessions"
    monkeypatch.setattr(FaultTolerantCache, "away_until", 0)


def test_sessions_outlive_the_cache(valkey, sessions_cached, admin_user, client):
    client.force_login(admin_user)
    index = address("index", language="en")

    with CaptureQueriesContext(connection) as queries:
        assert client.get(index).status_code == 200
    assert not any("django_session" in query["sql"] for query in queries)
    assert Session.objects.count() == 1

    valkey.kill()
    valkey.wait()
    assert client.get(index).status_code == 200
    client.logout()
    assert Session.objects.count() == 0


def test_a_cache_that_stalls_is_given_up_for_a_while(
    valkey, sessions_cached, admin_user, client, monkeypatch
):
    client.force_login(admin_user)
    index = address("index", language="en")
    assert client.get(index).status_code == 200

    valkey.send_signal(signal.SIGSTOP)
    try:
        assert client.get(index).status_code == 200
        assert FaultTolerantCache.away_until > time.monotonic()
        # From now on nobody asks it, so an answer cannot depend on it.
        monkeypatch.setattr(FaultTolerantCache, "away_until", time.monotonic() + 3600)
        for _ in range(3):
            assert client.get(index).status_code == 200
    finally:
        valkey.send_signal(signal.SIGCONT)

    monkeypatch.setattr(FaultTolerantCache, "away_until", 0)  # the pause is over
    client.get(index)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(index).status_code == 200
    assert not any("django_session" in query["sql"] for query in queries)


def test_what_changes_during_the_pause_is_written_and_what_was_only_read_is_not(monkeypatch):
    cache = LocMemCache("pause", {})
    wrapped = FaultTolerantCache(cache)
    monkeypatch.setattr(FaultTolerantCache, "away_until", time.monotonic() + 60)

    assert wrapped.get("key") is None
    assert "key" not in wrapped
    wrapped.set("key", "read from the database", 10)
    assert cache.get("key") is None
    wrapped.set("key", "changed", 10)
    assert cache.get("key") == "changed"
    wrapped.delete("key")
    assert cache.get("key") is None
