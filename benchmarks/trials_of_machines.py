"""Trials of the machine: a full or read-only disk, a wrong clock, slow clients, a flood."""

import socket
import subprocess
import threading
import time
from contextlib import contextmanager

from benchmarks.measuring import memory, with_descendants
from benchmarks.people import Browser, signed_in
from benchmarks.trying import (
    PAGE,
    lost_edits,
    metrics,
    p99,
    portal,
    request_times,
    save,
    wait_for_page,
)

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


@contextmanager
def small_disk(folder, size="120m"):
    """Mount a disk in memory at a folder (as root)."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def disk_full(prepared, folder):
    """The disk of the database and of the metrics becomes full, and then has free space again."""
    counters = {"PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")}
    with small_disk(folder):
        with portal(prepared, folder, **counters) as server:
            browser = signed_in(server.port, 1)
            before = save(browser, "before")
            fill(folder / "ballast")
            during = [save(browser, "x" * 200) for _ in range(30)]
            # Names of views and statuses that have no counters yet.
            others = {
                Browser(server.port).get(f"/{language}/{path}").status_code
                for path in ("goals/", "library/", "sdgs/", "parity/", "search/?q=a")
                for language in ("ar", "en")
            }
            page, known = Browser(server.port).get(PAGE).status_code, metrics(server.port)
            (folder / "ballast").unlink()
            after = save(browser, "after")
            time.sleep(1)
            later = metrics(server.port)
        refused = sorted({status for status in during if status != 302})
        summary = (
            f"saves on the full disk: {during.count(302)} fitted, others {refused}; page {page}"
        )
        wrong = [] if (before, page, after) == (302, 200, 302) else [before, page, after]
        # A save on a full disk is confirmed or refused, and at least one of them is refused.
        wrong += [] if {302} != set(during) <= {302, 503, 0} else [during]
        wrong += [] if others == {200} and "portal_counting" in known else [others, known[:200]]
        wrong += [] if "portal_counting 1.0" in later else [later[:200]]
        return summary, wrong + lost_edits(folder, ["before", "after"])


def starting_on_full_disk(prepared, folder):
    """The server starts while the disk has too little space for its metrics."""
    counters = {"PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")}
    with small_disk(folder):

        def leave_little(_server):
            # SQLite needs 32 KB beside the database to open it.
            (folder / "reserve").write_bytes(b"\0" * 40_960)
            fill(folder / "ballast")
            (folder / "reserve").unlink()

        with portal(prepared, folder, prepare=leave_little, **counters) as server:
            times, failures = request_times(server.port, 3)
            text, running = metrics(server.port), server.process.poll() is None
    wrong = [] if "portal_counting" in text and running else [text[:200], running]
    return f"{len(times)} pages were served", wrong + failures


def read_only(prepared, folder):
    """The data folder is on a read-only disk: pages are shown, signing in is refused."""
    with small_disk(folder):

        def close_disk(_server):
            remount = ["mount", "-o", "remount,ro", folder]
            subprocess.run(remount, check=True)

        with portal(prepared, folder, prepare=close_disk) as server:
            pages = [Browser(server.port).get(path) for path in (PAGE, "/ar/goals/goal-1/")]
            try:
                signed_in(server.port, 1)
                refusal = "none"
            except OSError as error:
                refusal = str(error)
            alive = Browser(server.port).get("/healthz").status_code
        statuses = [page.status_code for page in pages]
    wrong = [] if (alive, statuses, refusal) == (200, [200, 200], "503") else [alive, statuses]
    return f"pages {statuses}, signing in {refusal}", wrong


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
