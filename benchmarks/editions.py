"""Compare the cost of pages and of searches with one edition and with two.

python -m benchmarks.editions --rounds 10

Some processes serve the portal's content, as many serve it with a next edition and its concordance
besides (tests/editions/next_edition.json): two processes with the same content differ by some per
cent. They take turns, page by page, so that the speed of the machine is the same for both. Times
are processor time, the least of all turns. The exit status is 1 where the pages
together, or the searches together, cost more than 5 % more with two editions.
"""

import argparse
import os
import subprocess
import sys
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from time import thread_time

MAX_RATIO = 1.05
PROCESSES = 3  # of each kind
REQUESTS = 5  # of a page in a turn
PAGES = {
    "home": "/ar/",
    "goals": "/en/goals/?edition=2023",
    "a goal": "/ar/goals/border-integrity/",
    "a goal in two columns": "/en/goals/border-integrity/?view=parallel",
    "a theme": "/en/themes/data-and-information-exchange/",
    "matrix": "/ar/sdgs/matrix/?edition=2023",
    "an SDG": "/en/sdgs/16/",
    "a document": "/ar/library/documents/global-policing-goals-2023/",
    "an article": "/ar/library/articles/strategic-framework/",
    "brief": "/en/brief/?items=GPG-1.1,GPG-2.3,GPG-5.3,CCT-1.1",
    "citation": "/ar/cite/GPG-2.3/",
}
SEARCHES = {
    "search for one word": "/ar/search/?q=الحدود",
    "search for two words": "/ar/search/?q=الاتجار بالبشر",
    "search in English": "/en/search/?q=border integrity",
    "search for a code": "/en/search/?q=GPG 2.3",
}
MAKE = "from tests.editions.making import NextEdition; NextEdition().join()"


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10, help="turns of each page")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if options.serve:
        return serve()
    with TemporaryDirectory(prefix="portal-editions-") as folder:
        made = [make(Path(folder) / "one", []), make(Path(folder) / "two", [MAKE])]
        servers = [[start(variables) for _ in range(PROCESSES)] for variables in made]
        ratios = [
            compare(title, pages, servers, options.rounds)
            for title, pages in (("pages", PAGES), ("searches", SEARCHES))
        ]
        for server in chain(*servers):
            server.stdin.close()
            server.wait()
    return int(any(ratio > MAX_RATIO for ratio in ratios))


def make(folder, scripts):
    """Return the environment of a fresh database, after some scripts."""
    from tests.prepared import environment

    folder.mkdir()
    variables = environment(folder) | {"DATABASE_URL": f"sqlite:///{folder}/editions.sqlite3"}
    commands = [["migrate"], ["load_content"], ["collectstatic", "--noinput"]]
    commands += [["shell", "--command", script] for script in scripts]
    # An index that was written at once is faster than one with many later writes.
    for command in [*commands, ["search_index", "--rebuild"]]:
        subprocess.run(
            [sys.executable, "manage.py", *command, "--verbosity=0"],
            env=variables,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return variables


def start(variables):
    """Start a process that serves the database of an environment."""
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.editions", "--serve"],
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def compare(title, pages, servers, rounds):
    """Print the times of some pages; return the ratio of their sums, two editions to one."""
    print(f"\n{title:24}{'one, ms':>10}{'two, ms':>10}{'ratio':>8}", flush=True)
    sums = [0.0, 0.0]
    for name, address in pages.items():
        times = [[], []]
        for _ in range(rounds):
            for pair in zip(*servers, strict=True):
                for server, own in zip(pair, times, strict=True):
                    server.stdin.write(f"{address}\n")
                    server.stdin.flush()
                    own.append(float(server.stdout.readline()))
        best = [min(own) for own in times]
        sums = [total + own for total, own in zip(sums, best, strict=True)]
        print(f"{name:24}{best[0]:10.2f}{best[1]:10.2f}{best[1] / best[0]:8.2f}")
    print(f"{'together':24}{sums[0]:10.2f}{sums[1]:10.2f}{sums[1] / sums[0]:8.2f}", flush=True)
    return sums[1] / sums[0]


def serve():
    """Answer each address in the input with the ms of processor time that its page takes."""
    import django

    django.setup()
    from django.conf import settings
    from django.test import Client

    client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])
    for line in sys.stdin:
        address = line.strip()
        client.get(address, secure=True)  # what a process keeps of it is there now
        start = thread_time()
        for _ in range(REQUESTS):
            response = client.get(address, secure=True)
        print(1000 * (thread_time() - start) / REQUESTS, flush=True)
        if response.status_code != 200:
            raise SystemExit(f"{address} has the status {response.status_code}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
