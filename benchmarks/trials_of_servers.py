"""Trials of the server and its database: killed processes, and PostgreSQL that goes away."""

import json
import os
import signal
import socket
import tempfile
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.measuring import children, with_descendants
from benchmarks.people import COMMANDS, Browser, signed_in
from benchmarks.trying import (
    PAGE,
    lost_edits,
    portal,
    request_times,
    save,
    timed,
    wait_for_page,
)
from tests.cluster import cluster


def killed(prepared, folder):
    """All processes of the server are killed (SIGKILL) every two seconds while four people save."""
    return kill_while_saving(prepared, folder, lambda saved: lost_edits(folder, saved))


def killed_postgresql(prepared, folder):
    """The same on PostgreSQL."""
    with database() as primary:
        return kill_while_saving(
            prepared, folder, lambda saved: lost_in(primary, saved), DATABASE_URL=primary.url
        )


def kill_while_saving(prepared, folder, find_lost, seconds=40, **variables):
    """Kill all processes of a server again and again while four people save."""
    saved, refused, wrong = [], [], []
    with portal(prepared, folder, WORKERS="2", **variables) as server:
        browsers = [signed_in(server.port, number) for number in range(1, 5)]

        def write(number, browser):
            count = 0
            while time.monotonic() < end:
                count += 1
                status = save(browser, f"{number}.{count}", number)
                (saved if status == 302 else refused).append(f"{number}.{count}")
                if status not in (302, 503, 0):
                    wrong.append(status)
                if status != 302:
                    time.sleep(0.2)  # the machine is needed for the start of the server

        end = time.monotonic() + seconds
        writers = [
            threading.Thread(target=write, args=pair) for pair in enumerate(browsers, start=1)
        ]
        for writer in writers:
            writer.start()
        kills = kill_until(server, end, pause=2)
        for writer in writers:
            writer.join()
        status = wait_for_page(server.port)
    summary = f"killed {kills} times; {len(saved)} edits confirmed, {len(refused)} not"
    return summary, [*find_lost(saved), *wrong, *([] if status == 200 else [f"page: {status}"])]


def kill_until(server, end, pause):
    """Kill all processes of a server after each pause, and start it as systemd does, until a time.

    `pause` is in seconds, `end` a time of monotonic(). Returns how often it was killed.
    """
    kills = 0
    while time.monotonic() < end:
        time.sleep(pause)
        for process in with_descendants(server.process.pid):
            with suppress(ProcessLookupError):  # workers end with the master
                os.kill(process, signal.SIGKILL)
        server.process.wait()
        kills += 1
        server.start()
    return kills


@contextmanager
def database():
    """Start a PostgreSQL with the tables and the people of the trials; yield it."""
    from tests.prepared import environment, run_command

    with cluster(replicas=0) as (primary, _replicas), tempfile.TemporaryDirectory() as folder:
        variables = environment(Path(folder)) | {"DATABASE_URL": primary.url}
        for command in COMMANDS:
            run_command(variables, *command)
        yield primary


def lost_in(primary, saved):
    """Return the saved titles that the history in PostgreSQL lacks."""
    (titles,) = primary.fetch_row(
        "SELECT coalesce(json_agg(state::json ->> 'title_en'), '[]') FROM history_change "
        "WHERE model = 'goals.goal'"
    )
    titles = set(json.loads(titles) if isinstance(titles, str) else titles)
    return [title for title in saved if title not in titles]


def workers_killed(prepared, folder):
    """One of two workers is killed every half second, ten times, while readers read."""
    wrong = []
    with portal(prepared, folder, WORKERS="2") as server:
        healthy = min(children(server.process.pid))
        results = []
        reading = threading.Thread(target=lambda: results.append(request_times(server.port, 12)))
        reading.start()
        kills = 0
        for _ in range(20):
            for worker in children(server.process.pid):
                if worker != healthy:
                    os.kill(worker, signal.SIGKILL)
                    kills += 1
            time.sleep(0.5)
        reading.join()
        ((times, failures),) = results
        if server.process.poll() is not None or healthy not in children(server.process.pid):
            wrong.append("the server or its other worker has ended")
        # A request that a killed worker was answering fails: at most one at a time.
        unexpected = [failure for failure in failures if isinstance(failure, int)]
        if len(failures) > kills:
            unexpected.append(f"{len(failures)} failures")
        status = wait_for_page(server.port)
    summary = f"{kills} kills; {len(times)} pages requested, {len(failures)} of them failed"
    return summary, [*wrong, *unexpected, *([] if status == 200 else [status])]


def master_killed(prepared, folder):
    """The master alone is killed, five times; nobody listens at the port then."""
    slowest, wrong = 0.0, []
    with portal(prepared, folder, WORKERS="2") as server:
        for _ in range(5):
            server.process.kill()
            server.process.wait()
            _nothing, seconds = timed(wait_until_free, server.port)
            slowest = max(slowest, seconds)
            server.start()
            status = wait_for_page(server.port)
            wrong += [] if status == 200 else [status]
    wrong += [] if slowest < 2 else [f"{slowest:.1f} s"]
    return f"the port was free after at most {slowest:.2f} s", wrong


def wait_until_free(port, seconds=20):
    """Wait until nobody listens at a port."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.02)


def postgresql_away(prepared, folder):
    """PostgreSQL is stopped and started again, and then does not answer for a while (SIGSTOP)."""
    with database() as primary, portal(prepared, folder, DATABASE_URL=primary.url) as server:
        browser = signed_in(server.port, 1)
        before = [save(browser, "before"), wait_for_page(server.port)]
        primary.stop(signal.SIGINT)
        away = [save(browser, "away"), Browser(server.port).get(PAGE).status_code]
        primary.start()
        back, back_seconds = timed(save_until_confirmed, browser, "back")
        with primary.stalled():
            stalled, stalled_seconds = timed(save, browser, "stalled")
            page = Browser(server.port).get(PAGE).status_code
        again, again_seconds = timed(save_until_confirmed, browser, "again")
        lost = lost_in(primary, ["before", "back", "again"])
    summary = (
        f"saves again {back_seconds:.1f} s after it was back; while it did not answer, a save was "
        f"refused after {stalled_seconds:.1f} s; saves again after {again_seconds:.1f} s"
    )
    found = (before, away[1], back, page, again)
    wrong = [] if found == ([302, 200], 200, 302, 200, 302) else [found]
    wrong += [status for status in (away[0], stalled) if status not in (503, 0)]
    wrong += [] if max(back_seconds, again_seconds, stalled_seconds) < 30 else [summary]
    return summary, [*wrong, *lost]


def save_until_confirmed(browser, title, seconds=30):
    """Save a title until that is confirmed; return the last status."""
    end = time.monotonic() + seconds
    while (status := save(browser, title)) != 302 and time.monotonic() < end:
        time.sleep(0.5)
    return status
