"""Measure what a page costs: kept, not changed, and made anew, beside a file and an empty Django.

python -m benchmarks.serving --rounds 5 --seconds 4

Needs nginx and wrk. The targets take turns in every round; read the ratios.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from benchmarks.trials import children, memory
from tests.cluster import free_port

PAGE = "/ar/goals/border-integrity/"
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
    for program in ("nginx", "wrk"):
        if not shutil.which(program):
            sys.exit(f"This needs {program}.")
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
        empty = stack.enter_context(empty_django())
        targets = {
            "the page as a file of nginx": [file],
            "the page, kept": [f"{portal}{PAGE}"],
            "the page, which the browser has (304)": [*has_it, f"{portal}{PAGE}"],
            "an empty Django view": [empty],
            "the page, made anew": ["-H", "Cookie: sessionid=none", f"{portal}{PAGE}"],
        }
        rates = measured(targets, options)
        report(rates)
        half = rates["the page, kept"] / 2
        print(f"p99 of the kept page at half of its most: {p99_at(half, f'{portal}{PAGE}'):.1f} ms")
        each = [memory_of(worker) for worker in children(portal.process.pid)]
        print(
            f"memory of each worker (PSS): {max(each)} MB; of all: {memory(portal.process.pid)} MB"
        )
        portal.stop()
        started = time.monotonic()
        portal.start()
        fetched(f"{portal}{PAGE}")
        print(f"from the start to the first page: {time.monotonic() - started:.2f} s")


def memory_of(pid):
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) // 1024


def fetched(address):
    """Return the packed body of a page and its tag."""
    with urlopen(Request(address, headers=PACKED)) as answer:
        return answer.read(), answer.headers["ETag"]


@contextmanager
def static_file(folder, body):
    """Serve bytes as a file by nginx; yields its address."""
    folder.mkdir()
    folder.chmod(0o755)
    folder.parent.chmod(0o755)
    (folder / "page").write_bytes(body)
    port = free_port()
    (folder / "conf").write_text(NGINX.format(folder=folder, port=port))
    with running(["nginx", "-c", folder / "conf", "-e", folder / "errors"], port):
        yield f"http://127.0.0.1:{port}/page"


@contextmanager
def empty_django():
    port = free_port()
    command = [Path(sys.prefix, "bin", "granian"), "--interface", "wsgi", "--http", "1", "--no-ws"]
    command += ["--port", str(port), "--workers", "2", "--blocking-threads", "2"]
    command += ["--log-level", "warning", "benchmarks.empty:application"]
    with running(command, port):
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def running(command, port):
    from tests.serving import wait_for

    process = subprocess.Popen(command)
    wait_for(
        f"http://127.0.0.1:{port}/page" if command[0] == "nginx" else f"http://127.0.0.1:{port}/"
    )
    yield
    process.terminate()
    process.wait()


def measured(targets, options):
    """Return the median of the requests a second of each target."""
    rates = {name: [] for name in targets}
    for number in range(options.rounds + 1):
        for name, arguments in targets.items():
            said = wrk("-c8", f"-d{options.seconds if number else 1}s", *arguments)
            if number:  # the first answers are the dearest
                rates[name].append(float(re.search(r"Requests/sec: +([\d.]+)", said)[1]))
    return {name: median(found) for name, found in rates.items()}


def wrk(*arguments):
    """Run wrk; return what it says. Raises RuntimeError where an answer failed."""
    command = ["wrk", "-t1", "--latency", "-H", "Accept-Encoding: br, gzip", *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Socket errors" in said or ("Non-2xx" in said and "If-None-Match" not in str(arguments)):
        raise RuntimeError(said)
    return said


def p99_at(rate, address):
    """Return the milliseconds of the 99th percentile at some requests a second."""
    connections = 64
    with TemporaryDirectory() as folder:
        script = Path(folder, "slow.lua")
        script.write_text(
            f"function delay() return math.random(0, {2000 * connections / rate:.0f}) end"
        )
        said = wrk(f"-c{connections}", "-d10s", "-s", str(script), address)
    print(f"  asked {float(re.search(r'Requests/sec: +([0-9.]+)', said)[1]):.0f} times a second")
    number, unit = re.search(r"99% +([\d.]+)(us|ms|s)", said).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def report(rates):
    file, empty = rates["the page as a file of nginx"], rates["an empty Django view"]
    print(f"{'':42} {'a second':>10} {'× file':>8} {'× empty':>8}")
    for name, rate in rates.items():
        print(f"{name:42} {rate:10.0f} {rate / file:8.2f} {rate / empty:8.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
