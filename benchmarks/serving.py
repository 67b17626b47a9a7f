"""Measure what a page costs: kept, not changed, and made anew, beside a file and an empty Django.

python -m benchmarks.serving --rounds 5 --seconds 4

Needs nginx and wrk. The targets take turns in every round; read the ratios.
"""

import argparse
import os
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import quote
from urllib.request import Request, urlopen

from benchmarks.measuring import children, family, memory, require, seconds_used, wrk
from tests.cluster import free_port

PAGE = "/ar/goals/border-integrity/"
FILE, KEPT = "the page as a file of nginx", "the page, kept"
EMPTY, READING = "an empty Django view", "an empty view with the page's queries"
ANEW = "the page, made anew"
SEARCHES = {
    "a search in Arabic": "/ar/search/?q=الاتجار بالبشر",
    "a search in English": "/en/search/?q=how does INTERPOL protect children",
}
PACKED = {"Accept-Encoding": "br, gzip"}
NGINX = """
worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
  open_file_cache max=10;
  server {{ listen 127.0.0.1:{port}; root {folder}; default_type text/html;
            add_header Content-Encoding br; }}
}}
"""


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="for each target in each round")
    options = parser.parse_args(arguments)
    require("nginx", "wrk")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from tests.prepared import COMMANDS, environment, run
    from tests.serving import served

    with ExitStack() as stack:
        root = Path(stack.enter_context(TemporaryDirectory()))
        prepared = root / "prepared"
        for command in COMMANDS:
            run(environment(prepared), *command)
        own = {"WORKERS": "2", "ACCESS_LOG": "false"}
        portal = stack.enter_context(served(prepared, root / "data", **own))
        page, tag = fetched(f"{portal}{PAGE}")
        has_it = ["-H", f"If-None-Match: {tag}"]
        file = stack.enter_context(static_file(root / "nginx", page))
        empty = stack.enter_context(granian("empty"))
        reading = stack.enter_context(granian("queries", prepared))
        targets = {
            FILE: (file, ["page"]),
            KEPT: (portal, [PAGE]),
            "the page, which the browser has (304)": (portal, [PAGE, *has_it]),
            EMPTY: (empty, [""]),
            READING: (reading, ["goals/border-integrity/"]),
            ANEW: (portal, [PAGE, "-H", "Cookie: __Host-sessionid=none"]),
            **{name: (portal, [quote(page, safe="/?=")]) for name, page in SEARCHES.items()},
        }
        figures = measured(targets, options)
        report(figures)
        half = figures[KEPT]["rate"] / 2
        print(f"p99 of the kept page at half of its most: {p99_at(half, f'{portal}{PAGE}'):.1f} ms")
        workers = children(portal.process.pid)
        print(
            f"memory of each worker (PSS): {max(memory(worker) for worker in workers)} MB; "
            f"of all: {memory(*family(portal.process.pid))} MB"
        )
        portal.stop()
        started = time.monotonic()
        portal.start()
        fetched(f"{portal}{PAGE}")
        print(f"from the start to the first page: {time.monotonic() - started:.2f} s")


def fetched(address):
    """Return the packed body of a page and its tag."""
    with urlopen(Request(address, headers=PACKED)) as answer:
        return answer.read(), answer.headers["ETag"]


@contextmanager
def static_file(folder, body):
    """Serve bytes as a file by nginx."""
    folder.mkdir()
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    (folder / "page").write_bytes(body)
    port = free_port()
    (folder / "conf").write_text(NGINX.format(folder=folder, port=port))
    with running(["nginx", "-c", folder / "conf", "-e", folder / "errors"], port, "page") as server:
        yield server


@contextmanager
def granian(module, data=None):
    """Serve an application of benchmarks/ as the portal is served."""
    port = free_port()
    command = [Path(sys.prefix, "bin", "granian"), "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "2"]
    command += ["--log-level", "warning", f"benchmarks.{module}:application"]
    own = {}
    if data is not None:
        from tests.prepared import environment

        own = {"env": environment(data)}
    with running(command, port, "goals/border-integrity/" if data else "", **own) as server:
        yield server


class BenchmarkServer(str):
    """The address of a server, with its process."""

    process = None


@contextmanager
def running(command, port, path, **own):
    from tests.serving import wait_for

    server = BenchmarkServer(f"http://localhost:{port}/")
    server.process = subprocess.Popen(command, **own)
    try:
        wait_for(f"{server}{path}")
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


def measured(targets, options):
    """Return the medians of each target: requests a second, ms of the processor for one."""
    rounds = {name: [] for name in targets}
    for number in range(options.rounds + 1):
        for name, (server, (path, *arguments)) in targets.items():
            before = seconds_used(server.process.pid)
            said = wrk(*arguments, f"{server}{path}", seconds=options.seconds if number else 1)
            used = seconds_used(server.process.pid) - before
            if number:  # the first answers are the dearest
                rounds[name].append({"rate": said["rate"], "ms": 1000 * used / said["requests"]})
    return {
        name: {figure: median(each[figure] for each in found) for figure in ("rate", "ms")}
        for name, found in rounds.items()
    }


def p99_at(rate, address):
    """Return the milliseconds of the 99th percentile at some requests a second."""
    connections = 64
    with TemporaryDirectory() as folder:
        script = Path(folder, "slow.lua")
        script.write_text(
            f"function delay() return math.random(0, {2000 * connections / rate:.0f}) end"
        )
        said = wrk("-s", str(script), address, connections=connections, seconds=10)
    print(f"  asked {said['rate']:.0f} times a second")
    return said["p99"]


def report(figures):
    print(f"{'':42} {'a second':>9} {'× file':>7} {'× empty':>8} {'ms CPU':>7}")
    for name, found in figures.items():
        rate = found["rate"]
        of_file, of_empty = rate / figures[FILE]["rate"], rate / figures[EMPTY]["rate"]
        print(f"{name:42} {rate:9.0f} {of_file:7.3f} {of_empty:8.2f} {found['ms']:7.3f}")
    ratio = figures[ANEW]["ms"] / figures[READING]["ms"]
    print(f"the page, made anew, takes {ratio:.2f} times the processor of its queries alone")


if __name__ == "__main__":
    main(sys.argv[1:])
