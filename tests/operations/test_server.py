"""The server process: workers that crash, a master that is killed, a reload, a failing start."""

import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from granian.server.mp import WorkerProcess

from operations.server import Server, pause_seconds
from tests.conftest import require, sqlite_only
from tests.ports import free_port
from tests.prepared import environment
from tests.serving import served, wait_for

pytestmark = [pytest.mark.whole_site, sqlite_only]

MAX_SECONDS = 60  # on a busy machine


def workers(server):
    """Return the ids of the processes that the master has started and that have not ended."""
    pid = server.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if state(int(child)) != "Z"]


def state(pid):
    """Return the letter of the state of a process, "" where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return ""


def is_listening(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition):
    end = time.monotonic() + MAX_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def server(prepared, tmp_path):
    require(Path("/proc/self/task").exists(), "a /proc as that of Linux")
    with served(prepared, tmp_path / "data", WORKERS="2") as running:
        yield running


def test_a_worker_that_is_killed_again_and_again_is_started_again(server):
    healthy, *others = workers(server)
    for _ in range(4):
        for pid in others:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda known=[healthy, *others]: set(workers(server)) - set(known))
        others = [pid for pid in workers(server) if pid != healthy]

    assert server.process.poll() is None
    assert healthy in workers(server)
    wait_for(f"{server}/readyz").close()


def test_all_workers_killed_at_once_twice_are_started_again(server):
    for _ in range(2):
        killed = workers(server)
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda killed=killed: len(set(workers(server)) - set(killed)) == 2)

    wait_for(f"{server}/readyz").close()
    assert server.process.poll() is None


def test_a_server_that_is_stopped_while_its_workers_start_ends_at_once(server):
    for pid in workers(server):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(workers(server)) == 2)

    started = time.monotonic()
    server.stop()

    assert time.monotonic() - started < 28  # of the 30 that a worker may take


def ignore_the_first_signal(is_ready):
    def handle(*_):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    signal.signal(signal.SIGTERM, handle)
    is_ready.set()
    while True:
        time.sleep(60)


def test_a_worker_that_loses_the_first_signal_gets_another():
    is_ready = multiprocessing.Event()
    worker = WorkerProcess(None, 0, ignore_the_first_signal, [is_ready])
    worker.inner.start()
    assert is_ready.wait(MAX_SECONDS)

    Server.end(SimpleNamespace(workers_kill_timeout=MAX_SECONDS), [worker])

    assert worker.inner.exitcode == -signal.SIGTERM


def test_workers_end_with_a_master_that_is_killed(server):
    pids = workers(server)

    server.process.kill()
    server.process.wait()

    wait_until(lambda: not is_listening(server.port))
    assert {state(pid) for pid in pids} <= {"", "Z"}
    server.start()
    wait_for(f"{server}/readyz").close()


def test_a_reload_replaces_the_workers_one_after_the_other(server):
    before = workers(server)

    server.process.send_signal(signal.SIGHUP)
    wait_until(lambda: len(workers(server)) == 3)
    wait_until(lambda: not set(before) & set(workers(server)) and len(workers(server)) == 2)

    wait_for(f"{server}/readyz").close()
    assert server.process.poll() is None


def test_workers_stay_where_the_new_code_does_not_start(prepared, tmp_path):
    folder = tmp_path / "locale"
    folder.mkdir()
    with served(prepared, tmp_path / "data", LOCALE_DIR=str(folder)) as server:
        before = workers(server)
        folder.rmdir()  # without it, the settings are wrong

        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "The new code does not start" in server.read_log())

        assert workers(server) == before
        wait_for(f"{server}/readyz").close()


def test_a_server_with_wrong_settings_ends_and_says_why(tmp_path):
    variables = environment(tmp_path) | {"TIME_ZONE": "Mars/Olympus", "WORKERS": "2"}
    variables |= {"PORT": str(free_port()), "VENV": sys.prefix}

    ended = subprocess.run(
        [settings.BASE_DIR / "scripts" / "serve"],
        env=variables,
        capture_output=True,
        text=True,
        timeout=MAX_SECONDS,
    )

    assert ended.returncode == 1
    assert "there is no time zone “Mars/Olympus”" in ended.stderr
    assert "No worker can start" in ended.stdout + ended.stderr


def test_pauses_grow_up_to_half_a_minute():
    assert [pause_seconds(crashes) for crashes in (1, 2, 3, 4, 5, 6, 7, 1000)] == [
        *(0, 1, 2, 4, 8, 16),
        *(30, 30),
    ]
