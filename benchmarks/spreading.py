"""Measure how long a change takes to reach every process: two servers of two workers each.

python -m benchmarks.spreading --changes 1000

Each change is written to PostgreSQL as the portal writes it, and each of the four processes is
asked for the page until it shows it. The exit status is 1 where one took more than a second.
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

MAX_SECONDS = 1  # seconds
PAGE = "/en/goals/goal-1/"
GOAL = """
from tests.factories import make_goal
make_goal(number=1, slug="goal-1")
"""
CHANGE = "UPDATE goals_goal SET title_en = %s WHERE slug = 'goal-1'"
VERSION = "UPDATE history_contentversion SET token = md5(random()::text), changed_at = now()"


class Process:
    """A connection to one worker of a server, which answers all that is asked over it."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.connection.connect()
        self.place = self.connection.sock.getsockname()[1]

    def title(self):
        self.connection.request("GET", PAGE, headers={"Host": "localhost"})
        text = self.connection.getresponse().read().decode()
        return re.search("<h1[^>]*>(.*?)</h1>", text, re.DOTALL)[1].strip()


def processes(server, workers):
    """Return a connection to each worker of a server."""
    found = {}
    while len(found) < workers:
        process = Process(server.port)
        process.title()
        found.setdefault(worker_of(server.port, process.place), process)
    return list(found.values())


def worker_of(port, place):
    """Return the number of the process that holds the server's end of a connection."""
    ends = f":{port:04X} ", f":{place:04X} "
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _number, local, remote, *others = line.split()
        if f"{local} ".endswith(ends[0]) and f"{remote} ".endswith(ends[1]):
            return owner(f"socket:[{others[6]}]")
    raise LookupError(place)


def owner(socket):
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
        times = measured(primary, servers(stack, folder, primary, GOAL), changes)
    late = sum(time > MAX_SECONDS for time in times)
    percentiles = quantiles(times, n=100)
    print(f"changes × processes: {len(times)}, later than {MAX_SECONDS} s: {late}")
    print(
        f"seconds until shown: p50 {percentiles[49]:.2f}, p95 {percentiles[94]:.2f}, "
        f"p99 {percentiles[98]:.2f}, most {max(times):.2f}"
    )
    return 1 if late else 0


def servers(stack, folder, primary, content, **own):
    """Start two servers of two workers each over one database, with what a script puts there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from tests.prepared import environment, run
    from tests.serving import served

    prepared = folder / "prepared"
    variables = environment(prepared) | {"DATABASE_URL": primary.url}
    for command in (("migrate",), ("collectstatic", "--noinput"), ("shell", "--command", content)):
        run(variables, *command)
    own |= {"DATABASE_URL": primary.url, "WORKERS": "2"}
    return [stack.enter_context(served(prepared, folder / name, **own)) for name in ("one", "two")]


def measured(primary, servers, changes):
    """Return the seconds until each process showed each change."""
    readers = [process for server in servers for process in processes(server, 2)]
    writer = psycopg2.connect(primary.url)
    found = []
    for number in tqdm(range(changes), disable=None):
        words = f"Title {number} of {changes}"
        with writer, writer.cursor() as cursor:
            cursor.execute(CHANGE, [words])
            cursor.execute(VERSION)
        written = time.monotonic()
        waiting = list(readers)
        while waiting:
            for reader in list(waiting):
                if reader.title() == words:
                    found.append(time.monotonic() - written)
                    waiting.remove(reader)
            time.sleep(0.02)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
