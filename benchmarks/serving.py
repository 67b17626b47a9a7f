"""Measure what a page costs: cached, not modified and rendered, beside a file and an empty view.

python -m benchmarks.serving --rounds 5 --seconds 4

Needs nginx and wrk. The targets take turns in each round, so that other work of the machine affects
all of them alike: compare the ratios, not the figures of two runs.
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

from benchmarks.measuring import children, memory, require, seconds_used, with_descendants, wrk
from tests.ports import free_port

PAGE = "/ar/goals/border-integrity/"
FILE, CACHED = "the page as a file of nginx", "the page, cached"
EMPTY, QUERIES = "an empty Django view", "an empty view with the page's queries"
RENDERED = "the page, rendered"
SEARCHES = {
    "a search in Arabic": "/ar/search/?q=الاتجار بالبشر",
    "a search in English": "/en/search/?q=how does INTERPOL protect children",
}
COMPRESSED = {"Accept-Encoding": "br, gzip"}
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
    from tests.prepared import COMMANDS, environment, run_command
    from tests.serving import served

    with ExitStack() as stack:
        root = Path(stack.enter_context(TemporaryDirectory()))
        prepared = root / "prepared"
        for command in COMMANDS:
            run_command(environment(prepared), *command)
        variables = {"WORKERS": "2", "ACCESS_LOG": "false"}
        portal = stack.enter_context(served(prepared, root / "data", **variables))
        page, etag = fetch(f"{portal}{PAGE}")
        if_none_match = ["-H", f"If-None-Match: {etag}"]
        file = stack.enter_context(static_file(root / "nginx", page))
        empty = stack.enter_context(granian("empty"))
        queries = stack.enter_context(granian("queries", prepared))
        targets = {
            FILE: (file, ["page"]),
            CACHED: (portal, [PAGE]),
            "the page, not modified (304)": (portal, [PAGE, *if_none_match]),
            EMPTY: (empty, [""]),
            QUERIES: (queries, ["goals/border-integrity/"]),
            RENDERED: (portal, [PAGE, "-H", "Cookie: __Host-sessionid=none"]),
            **{name: (portal, [quote(page, safe="/?=")]) for name, page in SEARCHES.items()},
        }
        figures = measure(targets, options)
        report(figures)
        p99 = p99_at(figures[CACHED]["rate"] / 2, f"{portal}{PAGE}")
        print(f"p99 of the cached page at half of its highest rate: {p99:.1f} ms")
        workers = children(portal.process.pid)
        print(
            f"memory of each worker (PSS): {max(memory(worker) for worker in workers)} MB; "
            f"of all: {memory(*with_descendants(portal.process.pid))} MB"
        )
        portal.stop()
        started = time.monotonic()
        portal.start()
        fetch(f"{portal}{PAGE}")
        print(f"from the start to the first page: {time.monotonic() - started:.2f} s")


def fetch(address):
    """Return the compressed body of a page and its entity tag."""
    with urlopen(Request(address, headers=COMPRESSED)) as answer:
        return answer.read(), answer.headers["ETag"]


@contextmanager
def static_file(folder, body):
    """Serve bytes as a file by nginx; yield a BenchmarkServer."""
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
    """Serve the WSGI application of a module of benchmarks/ as the portal is served.

    `data` is a data folder of the portal that the application reads. Yields a BenchmarkServer.
    """
    port = free_port()
    command = [Path(sys.prefix, "bin", "granian"), "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "2"]
    command += ["--log-level", "warning", f"benchmarks.{module}:application"]
    options = {}
    if data is not None:
        from tests.prepared import environment

        options = {"env": environment(data)}
    with running(command, port, "goals/border-integrity/" if data else "", **options) as server:
        yield server


class BenchmarkServer(str):
    """The address of a server as a string, with its process."""

    process = None


@contextmanager
def running(command, port, path, **options):
    """Start a server and wait until it answers at a path; yield a BenchmarkServer."""
    from tests.serving import wait_for

    server = BenchmarkServer(f"http://localhost:{port}/")
    server.process = subprocess.Popen(command, **options)
    try:
        wait_for(f"{server}{path}")
        yield server
    finally:
        server.process.terminate()
        server.process.wait()


def measure(targets, options):
    """Return the medians of each target: {name: {"rate": …, "ms": …}}.

    `rate` is requests a second, `ms` the processor time of a request in milliseconds.
    """
    rounds = {name: [] for name in targets}
    for number in range(options.rounds + 1):
        for name, (server, (path, *arguments)) in targets.items():
            before = seconds_used(server.process.pid)
            result = wrk(*arguments, f"{server}{path}", seconds=options.seconds if number else 1)
            used = seconds_used(server.process.pid) - before
            if number:  # in round 0, the first requests take longest
                ms = 1000 * used / result["requests"]
                rounds[name].append({"rate": result["rate"], "ms": ms})
    return {
        name: {figure: median(values[figure] for values in series) for figure in ("rate", "ms")}
        for name, series in rounds.items()
    }


def p99_at(rate, address):
    """Return the 99th percentile of the latency in milliseconds, at a rate of requests a second."""
    connections = 64
    with TemporaryDirectory() as folder:
        script = Path(folder, "slow.lua")
        script.write_text(
            f"function delay() return math.random(0, {2000 * connections / rate:.0f}) end"
        )
        result = wrk("-s", str(script), address, connections=connections, seconds=10)
    print(f"  sent {result['rate']:.0f} requests a second")
    return result["p99"]


def report(figures):
    """Print the figures of measure() with their ratios to the file and to the empty view."""
    print(f"{'':42} {'a second':>9} {'× file':>7} {'× empty':>8} {'ms CPU':>7}")
    for name, values in figures.items():
        rate = values["rate"]
        of_file, of_empty = rate / figures[FILE]["rate"], rate / figures[EMPTY]["rate"]
        print(f"{name:42} {rate:9.0f} {of_file:7.3f} {of_empty:8.2f} {values['ms']:7.3f}")
    ratio = figures[RENDERED]["ms"] / figures[QUERIES]["ms"]
    print(f"the page, rendered, takes {ratio:.2f} times the processor time of its queries alone")


if __name__ == "__main__":
    main(sys.argv[1:])
