"""The same application runs under Granian and under gunicorn."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree
from urllib.request import Request, urlopen

import brotli
import pytest
from django.conf import settings

from tests.conftest import sqlite_only
from tests.ports import free_port
from tests.prepared import environment
from tests.serving import served, wait_for

pytestmark = [pytest.mark.whole_site, sqlite_only]


@pytest.fixture(params=["granian", "gunicorn"])
def portal(request, prepared, tmp_path):
    if request.param == "granian":
        with served(prepared, tmp_path) as server:
            yield server
        return
    copytree(prepared, tmp_path, dirs_exist_ok=True)
    port = free_port()
    command = [Path(sys.prefix, "bin", "gunicorn"), "--bind", f"127.0.0.1:{port}", "--threads", "2"]
    with subprocess.Popen(
        [*command, "--log-level", "error", "portal.wsgi:application"],
        cwd=settings.BASE_DIR,
        env=environment(tmp_path),
    ) as process:
        wait_for(f"http://localhost:{port}/healthz")
        yield f"http://localhost:{port}"
        process.terminate()


def test_pages_are_cached_and_compressed(portal):
    request = Request(f"{portal}/ar/goals/border-integrity/", headers={"Accept-Encoding": "br"})
    answers = []
    for _ in range(2):
        with urlopen(request) as answer:
            answers.append((answer.read(), answer.headers))
    (first, _headers), (second, headers) = answers
    assert first == second
    assert '<html lang="ar"' in brotli.decompress(second).decode()
    assert headers["Cache-Status"] == "portal; hit"
    assert len(headers["X-Request-ID"]) == 32
    head = Request(request.full_url, headers={"Accept-Encoding": "br"}, method="HEAD")
    with urlopen(head) as answer:
        assert answer.read() == b""
        assert answer.headers["Content-Length"] == str(len(second))
