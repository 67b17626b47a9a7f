"""Try failures of a machine (killed processes, a full disk, a wrong clock, slow clients, a flood).

python -m benchmarks.trials                 all, of which some need root
python -m benchmarks.trials killed flood    some

Each trial serves the portal on SQLite in a folder of its own. The exit status is 1 where an edit
was lost that had been confirmed, or a response was not a page, a saved form or status 503.
"""

import argparse
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from statistics import quantiles

from benchmarks.endurance import PEOPLE, Browser, signed_in
from benchmarks.measuring import memory, with_descendants
from tests.forms import AdminForm

PAGE = "/en/goals/goal-1/"
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


@contextmanager
def portal(prepared, folder, **variables):
    """Serve the portal with its data in a folder; `variables` are added to its environment."""
    from tests.serving import served

    with served(prepared, folder, **variables) as server:
        yield server


def save(browser, title, number=1):
    """Save the title of a goal; return the status of the response, 0 where there was none."""
    try:
        form = AdminForm(browser, f"/en/admin/goals/goal/{number}/change/")
        return form.send(title_en=title).status_code
    except (OSError, AssertionError, HTTPException):
        return 0


def stored(folder):
    """Return the set of titles in the history, and the result of integrity_check ("ok")."""
    database = sqlite3.connect(folder / "portal.sqlite3")
    query = "SELECT json_extract(state, '$.title_en') FROM history_change WHERE model = ?"
    titles = {title for (title,) in database.execute(query, ["goals.goal"])}
    (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
    database.close()
    return titles, verdict


def lost_edits(folder, saved):
    """Return the saved titles that the history lacks, after the result of a failed check.

    The list is empty where nothing is lost.
    """
    titles, verdict = stored(folder)
    missing = [title for title in saved if title not in titles]
    return [] if verdict == "ok" and not missing else [verdict, *missing]


def killed(prepared, folder):
    """All processes of the server are killed (SIGKILL) every two seconds while four people save."""
    saved, refused = [], []
    with portal(prepared, folder, WORKERS="2") as server:
        browsers = [signed_in(server.port, number) for number in range(1, 5)]

        def write(number, browser):
            count = 0
            while time.monotonic() < end:
                count += 1
                status = save(browser, f"{number}.{count}", number)
                (saved if status == 302 else refused).append(f"{number}.{count}")

        end = time.monotonic() + 40
        writers = [
            threading.Thread(target=write, args=pair) for pair in enumerate(browsers, start=1)
        ]
        for writer in writers:
            writer.start()
        kills = 0
        while time.monotonic() < end:
            time.sleep(2)
            for process in with_descendants(server.process.pid):
                os.kill(process, signal.SIGKILL)
            server.process.wait()
            kills += 1
            server.start()  # as systemd does
        for writer in writers:
            writer.join()
        status = wait_for_page(server.port)
    summary = f"killed {kills} times; {len(saved)} edits confirmed, {len(refused)} not"
    return summary, [*lost_edits(folder, saved), *([] if status == 200 else [f"page: {status}"])]


def wait_for_page(port, seconds=20):
    """Request the page until there is a response; return its status, 0 where there was none."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            return Browser(port).get(PAGE).status_code
        except (OSError, HTTPException):
            time.sleep(0.2)
    return 0


def disk_full(prepared, folder):
    """The disk of the database becomes full, and then has free space again."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", folder], check=True)
    try:
        with portal(prepared, folder) as server:
            browser = signed_in(server.port, 1)
            before = save(browser, "before")
            fill(folder / "ballast")
            during = [save(browser, "x" * 200) for _ in range(30)]
            page = Browser(server.port).get(PAGE).status_code
            (folder / "ballast").unlink()
            after = save(browser, "after")
        refused = sorted({status for status in during if status != 302})
        summary = (
            f"saves on the full disk: {during.count(302)} fitted, others {refused}; page {page}"
        )
        wrong = [] if (before, page, after) == (302, 200, 302) else [before, page, after]
        # A save on a full disk is confirmed or refused, and at least one of them is refused.
        wrong += [] if {302} != set(during) <= {302, 503, 0} else [during]
        return summary, wrong + lost_edits(folder, ["before", "after"])
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(path):
    """Write to a file until the disk is full."""
    with path.open("wb", buffering=0) as file:
        block = b"\0" * 65_536
        while block:
            try:
                file.write(block)
            except OSError:
                block = block[: len(block) // 2]


def clock(prepared, folder):
    """The clock jumps a day forward, and then two days back, while titles are saved and read."""
    stamp = folder.parent / "now"
    stamp.write_text("+0")
    fake = {
        "LD_PRELOAD": FAKETIME,
        "FAKETIME_TIMESTAMP_FILE": str(stamp),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    wrong, jumps = [], ("+0", "+1d", "-1d", "+0")
    with portal(prepared, folder, **fake) as server:
        browser = signed_in(server.port, 1)
        for number, jump in enumerate(jumps):
            stamp.write_text(jump)
            title = f"title {number}"
            status = save(browser, title)
            time.sleep(1)
            is_shown = title in Browser(server.port).get(PAGE).content.decode()
            if status != 302 or not is_shown:
                wrong.append((jump, status, is_shown))
    saved = [f"title {number}" for number in range(len(jumps))]
    return "saved and shown within a second after each jump", wrong + lost_edits(folder, saved)


def request_times(port, seconds):
    """Request a page for some seconds; return the times of all requests in ms, and the failures.

    A failure is a status other than 200, or the text of an exception.
    """
    times, failures, end = [], [], time.monotonic() + seconds
    while time.monotonic() < end:
        started = time.perf_counter()
        try:
            status = Browser(port).get(PAGE).status_code
        except (OSError, HTTPException) as error:
            status = repr(error)
        times.append((time.perf_counter() - started) * 1000)
        if status != 200:
            failures.append(status)
        time.sleep(0.01)
    return times, failures


def slow_clients(prepared, folder):
    """Five hundred clients send their requests slowly: one byte a second."""
    with portal(prepared, folder, WORKERS="2") as server:
        before, _failures = request_times(server.port, 3)
        clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(500)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nX-A: ")

        def trickle():
            end = time.monotonic() + 8
            while time.monotonic() < end:
                for client in clients:
                    try:
                        client.send(b"a")
                    except OSError:
                        continue
                time.sleep(1)

        trickling = threading.Thread(target=trickle)
        trickling.start()
        during, failures = request_times(server.port, 8)
        trickling.join()
        for client in clients:
            client.close()
    return f"p99 of others {p99(before):.0f} ms before, {p99(during):.0f} ms meanwhile", failures


def p99(times):
    """Return the 99th percentile."""
    return quantiles(times, n=100)[98]


def flood(prepared, folder):
    """Four hundred connections request addresses that do not exist, and query strings that vary."""
    script = folder.parent / "flood.lua"
    script.write_text(
        "request = function() local n = math.random(1e9) "
        'if n % 2 == 0 then return wrk.format("GET", "/en/goals/goal-1/?x=" .. n) end '
        'return wrk.format("GET", "/en/" .. n .. "/") end\n'
    )
    with portal(prepared, folder, WORKERS="2") as server:
        before = memory(*with_descendants(server.process.pid))
        wrk = ["wrk", "-t1", "-c400", "-d10", "-s", script, f"{server}/"]
        flooding = subprocess.Popen(wrk, stdout=subprocess.DEVNULL)
        time.sleep(1)
        times, failures = request_times(server.port, 8)
        flooding.wait()
        after, status = memory(*with_descendants(server.process.pid)), wait_for_page(server.port)
    summary = f"p99 of a reader {p99(times):.0f} ms; memory {before} MB before, {after} MB after"
    return summary, [*failures, *([] if status == 200 else [status])]


TRIALS = {
    "killed": killed,
    "disk-full": disk_full,
    "clock": clock,
    "slow-clients": slow_clients,
    "flood": flood,
}
NEEDS = {
    "disk-full": os.geteuid() == 0,
    "clock": Path(FAKETIME).exists(),
    "flood": shutil.which("wrk"),
}
COMMANDS = [("migrate",), ("collectstatic", "--noinput"), ("shell", "--command", PEOPLE)]


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trials", nargs="*", default=list(TRIALS), metavar="TRIAL")
    names = parser.parse_args(arguments).trials
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from tests.prepared import environment, run_command

    failed = 0
    with tempfile.TemporaryDirectory() as root:
        prepared = Path(root) / "prepared"
        for command in COMMANDS:
            run_command(environment(prepared), *command)
        for name in names:
            if not NEEDS.get(name, True):
                print(f"{name}: not tried, since this machine lacks what it needs")
                continue
            folder = Path(root) / name
            folder.mkdir()
            summary, wrong = TRIALS[name](prepared, folder)
            print(f"{name}: {summary}; lost or wrong: {wrong[:5] or 'nothing'}", flush=True)
            failed += bool(wrong)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
