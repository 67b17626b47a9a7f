"""Measure how long a change takes to reach every process: two servers of two workers each.

python -m benchmarks.spreading --changes 1000

Each change is written to PostgreSQL as the portal writes it. The page is requested from each of the
four processes until it shows the change. The exit status is 1 where that took more than a second.
"""

import argparse
import http.client
import os
import re
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles

import psycopg2
from tqdm import tqdm

from tests.cluster import cluster

MAX_SECONDS = 1
PAGE = "/en/goals/goal-1/"
GOAL = """
from tests.factories import make_goal
make_goal(number=1, slug="goal-1")
"""
CHANGE = "UPDATE goals_goal SET title_en = %s WHERE slug = 'goal-1'"
VERSION = "UPDATE history_contentversion SET token = md5(random()::text), changed_at = now()"


class WorkerConnection:
    """A connection that stays open, so that one worker of a server answers all its requests."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.connection.connect()
        self.local_port = self.connection.sock.getsockname()[1]

    def title(self):
        """Return the title on the page of the goal."""
        self.connection.request("GET", PAGE, headers={"Host": "localhost"})
        text = self.connection.getresponse().read().decode()
        return re.search("<h1[^>]*>(.*?)</h1>", text, re.DOTALL)[1].strip()


def connect_to_workers(server, workers):
    """Return a WorkerConnection to each worker of a server; `workers` is their number."""
    connection_by_pid = {}
    while len(connection_by_pid) < workers:
        connection = WorkerConnection(server.port)
        connection.title()
        connection_by_pid.setdefault(worker_pid(server.port, connection.local_port), connection)
    return list(connection_by_pid.values())


def worker_pid(port, client_port):
    """Return the id of the process that has the server's end of a connection.

    Raises LookupError where there is none.
    """
    ends = f":{port:04X} ", f":{client_port:04X} "
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _number, local, remote, *others = line.split()
        if f"{local} ".endswith(ends[0]) and f"{remote} ".endswith(ends[1]):
            return socket_owner(f"socket:[{others[6]}]")
    raise LookupError(client_port)


def socket_owner(socket):
    """Return the id of the process that has a socket open, given as "socket:[inode]"."""
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) == socket:
                return int(link.parts[2])
        except OSError:
            continue
    raise LookupError(socket)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--changes", type=int, default=100)
    changes = parser.parse_args(arguments).changes
    with ExitStack() as stack:
        primary, _replicas = stack.enter_context(cluster(replicas=0))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        times = measure(primary, servers(stack, folder, primary, GOAL), changes)
    late = sum(time > MAX_SECONDS for time in times)
    percentiles = quantiles(times, n=100)
    print(f"changes × processes: {len(times)}, later than {MAX_SECONDS} s: {late}")
    print(
        f"seconds until shown: p50 {percentiles[49]:.2f}, p95 {percentiles[94]:.2f}, "
        f"p99 {percentiles[98]:.2f}, max {max(times):.2f}"
    )
    return 1 if late else 0


def servers(stack, folder, primary, content, **variables):
    """Start two servers of two workers each on one database; return them.

    `stack` is the ExitStack that stops them, `primary` the Postgres, `content` Python code that
    writes the content; `variables` are added to the environment.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from tests.prepared import environment, run_command
    from tests.serving import served

    prepared = folder / "prepared"
    set_up = environment(prepared) | {"DATABASE_URL": primary.url}
    for command in (("migrate",), ("collectstatic", "--noinput"), ("shell", "--command", content)):
        run_command(set_up, *command)
    variables |= {"DATABASE_URL": primary.url, "WORKERS": "2"}
    return [
        stack.enter_context(served(prepared, folder / name, **variables)) for name in ("one", "two")
    ]


def measure(primary, servers, changes):
    """Return the seconds until each process showed each change."""
    workers = [worker for server in servers for worker in connect_to_workers(server, 2)]
    writer = psycopg2.connect(primary.url)
    times = []
    for number in tqdm(range(changes), disable=None):
        title = f"Title {number} of {changes}"
        with writer, writer.cursor() as cursor:
            cursor.execute(CHANGE, [title])
            cursor.execute(VERSION)
        written = time.monotonic()
        waiting = list(workers)
        while waiting:
            for worker in list(waiting):
                if worker.title() == title:
                    times.append(time.monotonic() - written)
                    waiting.remove(worker)
            time.sleep(0.02)
    return times


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
