"""Let readers and writers work for a while on PostgreSQL with replicas, while servers fail.

python -m benchmarks.endurance --minutes 20

Two servers of two workers each, a primary and two replicas. Every writer edits a goal of their own
in the administration and counts in its title; readers ask for the goals' pages. A replica is killed
and comes back, the other one stops to replay for a while, and the primary is restarted. A page is
wrong that does not show what was saved a second before it was asked for. An edit is lost that the
portal has confirmed and the history does not have. The exit status is 1 where there is either.
"""

import argparse
import http.client
import json
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
from urllib.parse import urlencode

from benchmarks.spreading import servers
from tests.cluster import cluster
from tests.forms import AdminForm, fields_of

WRITERS, READERS = 4, 8
choice = Random(0).choice  # noqa: S311  (it only spreads the work)
ALLOWED = 1  # seconds after which a change is everywhere
PASSWORD = "a long enough phrase"  # noqa: S105
PEOPLE = f"""
from django.contrib.auth.models import Group
from accounts.models import User
from editing.roles import EDITORS
from tests.factories import make_goal
for number in range(1, {WRITERS + 1}):
    make_goal(number=number, slug=f"goal-{{number}}", title_en="0")
    writer = User.objects.create_user(f"writer{{number}}", password="{PASSWORD}", is_staff=True)
    writer.groups.add(Group.objects.get(name=EDITORS))
"""


class PageAnswer:
    def __init__(self, response):
        self.status_code, self.content = response.status, response.read()
        self.headers = response.headers


class Browser:
    """Asks over a connection of its own, and keeps cookies."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, data):
        return self.ask("POST", path, urlencode(data))

    def ask(self, method, path, body=None):
        headers = {"Host": f"localhost:{self.port}", "Referer": f"http://localhost:{self.port}/"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = PageAnswer(connection.getresponse())
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _equals, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer


class Trial:
    """What has been saved and seen so far."""

    def __init__(self, ports, seconds):
        self.ports, self.started = ports, time.monotonic()
        self.end = self.started + seconds
        self.saved = {number: [(0, time.monotonic())] for number in range(1, WRITERS + 1)}
        self.problems, self.counts, self.lock = [], Counter(), threading.Lock()
        self.is_primary_away = False

    @property
    def goes_on(self):
        return time.monotonic() < self.end

    def note(self, what, detail=""):
        with self.lock:
            self.counts[what] += 1
            if detail:
                self.problems.append(f"{what}: {detail}")

    def due(self, number):
        """Return the number that a title has to show by now, at least."""
        since = time.monotonic() - ALLOWED
        return max(count for count, at in self.saved[number] if at <= since or count == 0)


def write(trial, number):
    """Edit a goal again and again, each time one number on."""
    browser, count = None, 0
    while trial.goes_on:
        was_away = trial.is_primary_away
        try:
            browser = browser or signed_in(choice(trial.ports), number)
            form = AdminForm(browser, f"/en/admin/goals/goal/{number}/change/")
            answer = form.send(title_en=str(count + 1))
            if answer.status_code != 302:
                raise OSError(answer.status_code)
            count += 1
            trial.saved[number].append((count, time.monotonic()))
            trial.note("edits saved")
        except (OSError, AssertionError, http.client.HTTPException) as error:
            is_excused = was_away or trial.is_primary_away
            trial.note(
                "writers refused while the primary was away" if is_excused else "writers failed",
                "" if is_excused else repr(error),
            )
            if browser:
                browser.port = choice(trial.ports)
            time.sleep(0.5)
        time.sleep(0.3)


def signed_in(port, number):
    browser = Browser(port)
    page = browser.get("/en/account/login/")
    fields = fields_of(page.content.decode())
    fields |= {"login": f"writer{number}", "password": PASSWORD}
    answer = browser.post("/en/account/login/", fields)
    if answer.status_code != 302:
        raise OSError(answer.status_code)
    return browser


def read(trial):
    while trial.goes_on:
        number, browser = choice(list(trial.saved)), Browser(choice(trial.ports))
        due = trial.due(number)
        try:
            answer = browser.get(f"/en/goals/goal-{number}/")
        except (OSError, http.client.HTTPException) as error:
            trial.note("readers failed", repr(error))
            continue
        if answer.status_code != 200:
            trial.note("readers failed", answer.status_code)
            continue
        title = re.search("<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)[1].strip()
        is_stale = "stale" in answer.headers["Cache-Status"]
        trial.note("pages read, marked as perhaps not the newest" if is_stale else "pages read")
        if int(title) < due:
            moment = f"{time.monotonic() - trial.started:.1f} s"
            trial.note("wrong pages", f"goal {number} shows {title}, not {due}; {moment}")
        time.sleep(0.01)


def disturb(trial, primary, replicas, seconds):
    """Let servers fail and come back, at shares of the whole time."""
    started = time.monotonic()

    def at(share, words):
        time.sleep(max(0, started + share * seconds - time.monotonic()))
        print(f"{time.monotonic() - started:5.0f} s  {words}", flush=True)

    at(0.15, "a replica is killed")
    replicas[0].stop(signal.SIGKILL)
    at(0.3, "and comes back")
    replicas[0].start()
    at(0.4, "the other one stops to replay")
    replicas[1].ask("SELECT pg_wal_replay_pause()")
    at(0.5, "and goes on")
    replicas[1].ask("SELECT pg_wal_replay_resume()")
    at(0.6, "the primary is stopped")
    trial.is_primary_away = True
    primary.stop(signal.SIGINT)
    at(0.65, "and started")
    primary.start()
    time.sleep(3)
    trial.is_primary_away = False
    at(0.8, "the primary is killed and started at once")
    trial.is_primary_away = True
    primary.stop(signal.SIGQUIT)
    primary.start()
    time.sleep(3)
    trial.is_primary_away = False


def check_history(trial, primary):
    """Note each confirmed edit that the history does not have."""
    for number, saved in trial.saved.items():
        (states,) = primary.ask(
            "SELECT coalesce(json_agg(state), '[]') FROM history_change "
            "WHERE model = 'goals.goal' AND record = %s",
            [number],
        )
        states = [json.loads(state) if isinstance(state, str) else state for state in states]
        known = {state["title_en"] for state in states}
        for count, _at in saved:
            if str(count) not in known:
                trial.note("edits lost", f"goal {number}, {count}")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=20)
    seconds = parser.parse_args(arguments).minutes * 60
    with ExitStack() as stack:
        primary, replicas = stack.enter_context(cluster(replicas=2))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = " ".join(replica.url for replica in replicas)
        ports = [
            server.port
            for server in servers(stack, folder, primary, PEOPLE, DATABASE_REPLICA_URLS=urls)
        ]
        trial = Trial(ports, seconds)
        jobs = [(write, (trial, number)) for number in trial.saved]
        jobs += [(read, (trial,))] * READERS
        threads = [threading.Thread(target=job, args=arguments) for job, arguments in jobs]
        for thread in threads:
            thread.start()
        disturb(trial, primary, replicas, seconds)
        for thread in threads:
            thread.join()
        check_history(trial, primary)
    for what, count in sorted(trial.counts.items()):
        print(f"{count:8}  {what}")
    print("\n".join(trial.problems[:20]))
    return 1 if trial.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
