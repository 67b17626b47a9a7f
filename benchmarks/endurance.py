"""Let readers and writers use a portal on PostgreSQL with replicas while its servers fail.

python -m benchmarks.endurance --minutes 20

Two servers of two workers each, a primary and two replicas. Each writer edits one goal in the
administration and writes ascending numbers into its title; readers request the pages of the goals.
A replica is killed and started again, the other one pauses its replay, the disk of a server fills
up and has space again (as root), a worker is killed, Valkey stalls, and the primary is stopped,
killed and started. All optional parts are on, with a mail server and a provider of single sign-on
that never answer. A page is wrong where it does not show a change that was saved a second before
the request. An edit is lost where the portal has confirmed it and the history does not have it. The
exit status is 1 where there is a wrong page, a lost edit or another failure.
"""

import argparse
import http.client
import json
import os
import re
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from random import Random

from benchmarks.measuring import children
from benchmarks.people import PEOPLE, WRITERS, Browser, signed_in
from benchmarks.spreading import servers
from benchmarks.trials_of_machines import fill, small_disk
from benchmarks.trying import optional_parts
from tests.cluster import cluster
from tests.forms import AdminForm

READERS = 8
choice = Random(0).choice  # noqa: S311  (it only spreads the work)
MAX_DELAY_SECONDS = 1  # seconds after which each page has to show a change


class Trial:
    """The state that all threads share: the edits so far, counts of events, and problems.

    `saved` maps the number of each goal to its (number in the title, monotonic time) pairs.
    """

    def __init__(self, ports, seconds):
        self.ports, self.started = ports, time.monotonic()
        self.end = self.started + seconds
        self.saved = {number: [(0, time.monotonic())] for number in range(1, WRITERS + 1)}
        self.problems, self.counts, self.lock = [], Counter(), threading.Lock()
        self.is_primary_away = False
        self.worker_killed_at = float("-inf")

    def has_just_lost_a_worker(self, seconds=5):
        """Whether a worker was killed a moment ago, with the requests that it was answering."""
        return time.monotonic() - self.worker_killed_at < seconds

    @property
    def is_running(self):
        return time.monotonic() < self.end

    def count(self, event, detail=""):
        """Count an event; with a detail, it is a problem."""
        with self.lock:
            self.counts[event] += 1
            if detail:
                self.problems.append(f"{event}: {detail}")

    def expected(self, number):
        """Return the lowest number that the title of a goal may show now."""
        since = time.monotonic() - MAX_DELAY_SECONDS
        return max(count for count, at in self.saved[number] if at <= since or count == 0)


def write(trial, number):
    """Write 1, 2, 3… into the title of a goal until the trial ends."""
    browser, count = None, 0
    while trial.is_running:
        was_away = trial.is_primary_away
        try:
            browser = browser or signed_in(choice(trial.ports), number)
            form = AdminForm(browser, f"/en/admin/goals/goal/{number}/change/")
            answer = form.send(title_en=str(count + 1))
            if answer.status_code != 302:
                raise OSError(answer.status_code)
            count += 1
            trial.saved[number].append((count, time.monotonic()))
            trial.count("edits saved")
        except (OSError, AssertionError, http.client.HTTPException) as error:
            if was_away or trial.is_primary_away:
                trial.count("writers refused while the primary was away")
            elif trial.has_just_lost_a_worker():
                trial.count("requests lost with the worker that was killed")
            else:
                trial.count("writers failed", repr(error))
            if browser:
                browser.port = choice(trial.ports)
            time.sleep(0.5)
        time.sleep(0.3)


def read(trial):
    """Request pages of goals until the trial ends; count those that are out of date."""
    while trial.is_running:
        number, browser = choice(list(trial.saved)), Browser(choice(trial.ports))
        expected = trial.expected(number)
        try:
            answer = browser.get(f"/en/goals/goal-{number}/")
        except (OSError, http.client.HTTPException) as error:
            if trial.has_just_lost_a_worker():
                trial.count("requests lost with the worker that was killed")
            else:
                trial.count("readers failed", repr(error))
            continue
        if answer.status_code != 200:
            moment = f"{time.monotonic() - trial.started:.1f} s"
            trial.count("readers failed", f"{answer.status_code}; {moment}")
            continue
        title = re.search("<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)[1].strip()
        is_stale = "stale" in answer.headers["Cache-Status"]
        trial.count("pages read, marked as perhaps not the newest" if is_stale else "pages read")
        if int(title) < expected:
            moment = f"{time.monotonic() - trial.started:.1f} s"
            trial.count("wrong pages", f"goal {number} shows {title}, not {expected}; {moment}")
        time.sleep(0.01)


def disturb(trial, primary, replicas, disk, server, cache, seconds):
    """Stop, kill, pause and start servers, at shares of the whole time.

    `disk` is the data folder of a server on a disk of its own, or None; `server` that server,
    `cache` the process of Valkey, or None.
    """
    started = time.monotonic()

    def wait_until(share, message):
        time.sleep(max(0, started + share * seconds - time.monotonic()))
        print(f"{time.monotonic() - started:5.0f} s  {message}", flush=True)

    wait_until(0.15, "a replica is killed")
    replicas[0].stop(signal.SIGKILL)
    wait_until(0.3, "and comes back")
    replicas[0].start()
    wait_until(0.4, "the other one stops to replay")
    replicas[1].fetch_row("SELECT pg_wal_replay_pause()")
    wait_until(0.5, "and goes on")
    replicas[1].fetch_row("SELECT pg_wal_replay_resume()")
    if disk:
        wait_until(0.52, "the disk of a server fills up")
        fill(disk / "ballast")
    wait_until(0.54, "one of its workers is killed")
    trial.worker_killed_at = time.monotonic()
    os.kill(children(server.process.pid)[-1], signal.SIGKILL)
    if cache:
        wait_until(0.56, "Valkey stalls")
        cache.send_signal(signal.SIGSTOP)
        wait_until(0.58, "and answers again")
        cache.send_signal(signal.SIGCONT)
    if disk:
        wait_until(0.59, "the disk has space again")
        (disk / "ballast").unlink()
    wait_until(0.6, "the primary is stopped")
    trial.is_primary_away = True
    primary.stop(signal.SIGINT)
    wait_until(0.65, "and started")
    primary.start()
    time.sleep(3)
    trial.is_primary_away = False
    wait_until(0.8, "the primary is killed and started at once")
    trial.is_primary_away = True
    primary.stop(signal.SIGQUIT)
    primary.start()
    time.sleep(3)
    trial.is_primary_away = False


def check_history(trial, primary):
    """Count each confirmed edit that the history does not have as a problem."""
    for number, saved in trial.saved.items():
        (states,) = primary.fetch_row(
            "SELECT coalesce(json_agg(state), '[]') FROM history_change "
            "WHERE model = 'goals.goal' AND record = %s",
            [number],
        )
        states = [json.loads(state) if isinstance(state, str) else state for state in states]
        known = {state["title_en"] for state in states}
        for count, _at in saved:
            if str(count) not in known:
                trial.count("edits lost", f"goal {number}, {count}")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=20)
    seconds = parser.parse_args(arguments).minutes * 60
    with ExitStack() as stack:
        primary, replicas = stack.enter_context(cluster(replicas=2))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        parts, cache = stack.enter_context(optional_parts())
        disk = folder / "one" if os.geteuid() == 0 else None
        if disk:
            disk.mkdir()
            stack.enter_context(small_disk(disk))
        parts["DATABASE_REPLICA_URLS"] = " ".join(replica.url for replica in replicas)
        both = servers(stack, folder, primary, PEOPLE, **parts)
        trial = Trial([server.port for server in both], seconds)
        jobs = [(write, (trial, number)) for number in trial.saved]
        jobs += [(read, (trial,))] * READERS
        threads = [threading.Thread(target=job, args=arguments) for job, arguments in jobs]
        for thread in threads:
            thread.start()
        disturb(trial, primary, replicas, disk, both[0], cache, seconds)
        for thread in threads:
            thread.join()
        check_history(trial, primary)
    for event, count in sorted(trial.counts.items()):
        print(f"{count:8}  {event}")
    print("\n".join(trial.problems[:20]))
    return 1 if trial.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
