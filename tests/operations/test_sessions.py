"""Sessions are cached in Valkey, and work without it."""

import shutil
import socket
import subprocess
import time
from contextlib import suppress

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def test_sessions_outlive_the_cache(valkey, settings, admin_user, client):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": valkey.address,
        }
    }
    settings.SESSION_ENGINE = "operations.sessions"
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
