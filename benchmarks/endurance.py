"""Let readers and writers use a portal on PostgreSQL with replicas while its servers fail.

python -m benchmarks.endurance --minutes 20

Two servers of two workers each, a primary and two replicas. Each writer edits one goal in the
administration and writes ascending numbers into its title; readers request the pages of the goals.
A replica is killed and started again, the other one pauses its replay, and the primary is stopped,
killed and started. A page is wrong where it does not show a change that was saved a second before
the request. An edit is lost where the portal has confirmed it and the history does not have it. The
exit status is 1 where there is a wrong page, a lost edit or another failure.
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
from tests.forms import AdminForm, form_fields

WRITERS, READERS = 4, 8
choice = Random(0).choice  # noqa: S311  (it only spreads the work)
MAX_DELAY_SECONDS = 1  # seconds after which each page has to show a change
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
    """A response, with the attributes of Django's responses that tests/forms.py reads."""

    def __init__(self, response):
        self.status_code, self.content = response.status, response.read()
        self.headers = response.headers


class Browser:
    """Sends each request over a new connection, and keeps cookies."""

    def __init__(self, port):
        self.port, self.cookies = port, {}

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, data):
        return self.request("POST", path, urlencode(data))

    def request(self, method, path, body=None):
        """Send a request; return its PageAnswer. Raises OSError or HTTPException."""
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
    """The state that all threads share: the edits so far, counts of events, and problems.

    `saved` maps the number of each goal to its (number in the title, monotonic time) pairs.
    """

    def __init__(self, ports, seconds):
        self.ports, self.started = ports, time.monotonic()
        self.end = self.started + seconds
        self.saved = {number: [(0, time.monotonic())] for number in range(1, WRITERS + 1)}
        self.problems, self.counts, self.lock = [], Counter(), threading.Lock()
        self.is_primary_away = False

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
            is_excused = was_away or trial.is_primary_away
            trial.count(
                "writers refused while the primary was away" if is_excused else "writers failed",
                "" if is_excused else repr(error),
            )
            if browser:
                browser.port = choice(trial.ports)
            time.sleep(0.5)
        time.sleep(0.3)


def signed_in(port, number):
    """Return a Browser in which a writer has signed in; raise OSError where that fails."""
    browser = Browser(port)
    page = browser.get("/en/account/login/")
    fields = form_fields(page.content.decode())
    fields |= {"login": f"writer{number}", "password": PASSWORD}
    answer = browser.post("/en/account/login/", fields)
    if answer.status_code != 302:
        raise OSError(answer.status_code)
    return browser


def read(trial):
    """Request pages of goals until the trial ends; count those that are out of date."""
    while trial.is_running:
        number, browser = choice(list(trial.saved)), Browser(choice(trial.ports))
        expected = trial.expected(number)
        try:
            answer = browser.get(f"/en/goals/goal-{number}/")
        except (OSError, http.client.HTTPException) as error:
            trial.count("readers failed", repr(error))
            continue
        if answer.status_code != 200:
            trial.count("readers failed", answer.status_code)
            continue
        title = re.search("<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)[1].strip()
        is_stale = "stale" in answer.headers["Cache-Status"]
        trial.count("pages read, marked as perhaps not the newest" if is_stale else "pages read")
        if int(title) < expected:
            moment = f"{time.monotonic() - trial.started:.1f} s"
            trial.count("wrong pages", f"goal {number} shows {title}, not {expected}; {moment}")
        time.sleep(0.01)


def disturb(trial, primary, replicas, seconds):
    """Stop, kill, pause and start servers, at shares of the whole time."""
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
    for event, count in sorted(trial.counts.items()):
        print(f"{count:8}  {event}")
    print("\n".join(trial.problems[:20]))
    return 1 if trial.problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
