"""Measure how many readers a portal behind nginx carries, beside the same page as a file.

python -m benchmarks.proxy --rounds 5 --seconds 4 --json out.json

Needs nginx and wrk. The targets take turns in every round, so that what else the machine does meets
all of them alike; read the ratios. The processor's time is that of nginx and the portal together.
"""

import argparse
import json
import os
import sys
import urllib.request
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import brotli
import django

from benchmarks.measuring import require, seconds_used, wrk

PAGE = "/ar/goals/border-integrity/"
WORDS = "goal border crime police cooperation training الإرهاب الحدود التعاون الشرطة الجريمة البيئة"
# wrk asks for one search after the other, each for two words.
SEARCHES = """
local words, number = {{{words}}}, 0
request = function()
  number = number + 1
  local first, second = words[number % #words + 1], words[number * 7 % #words + 1]
  return wrk.format("GET", "/en/search/?q=" .. first .. "%20" .. second .. number)
end
"""


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="for each target in each round")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--workers", default="2", help="processes of the portal")
    parser.add_argument("--encrypted", action="store_true", help="https to nginx")
    parser.add_argument("--json", type=Path, help="a file for all figures")
    options = parser.parse_args(arguments)
    require("wrk")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from tests.prepared import COMMANDS, environment, run
    from tests.proxying import NGINX, proxied
    from tests.serving import served

    if not NGINX:
        sys.exit("This needs nginx: apt-get install nginx-light libnginx-mod-http-brotli-static")
    with TemporaryDirectory(prefix="portal-benchmark-") as folder:
        prepared, data = Path(folder, "prepared"), Path(folder, "data")
        for command in [*COMMANDS, ("search_index", "--stale")]:
            run(environment(prepared), *command)
        own = {"WORKERS": options.workers, "BEHIND_PROXY": "true"}
        with (
            served(prepared, data, **own) as portal,
            proxied(
                Path(folder, "nginx"), [portal.port], data, changes=unlimited(options.encrypted)
            ) as proxy,
        ):
            write_file(f"{portal}{PAGE}", data)
            rounds = measure(targets(portal, proxy, folder, options), portal, proxy, options)
    report = summary(rounds)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


def unlimited(encrypted):
    """Changes of deploy/nginx.conf: one address may ask as often as it can."""
    changes = [("rate=50r/s", "rate=10000000r/s"), ("rate=10r/s", "rate=10000000r/s")]
    return (
        changes if encrypted else [*changes, (" ssl http2", ""), ("ssl_reject_handshake on;", "")]
    )


def write_file(address, data):
    """Write the page as a file that nginx serves as it serves style sheets: packed with Brotli."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:
        packed = answer.read()
    Path(data, "static", "page.html").write_bytes(brotli.decompress(packed))
    Path(data, "static", "page.html.br").write_bytes(packed)


def targets(portal, proxy, folder, options):
    """Return the arguments of wrk for each target."""
    nginx = f"https://localhost:{proxy.https}" if options.encrypted else None
    nginx = nginx or f"http://localhost:{proxy.https}"
    script = Path(folder, "searches.lua")
    words = ",".join(f'"{urllib.request.quote(word)}"' for word in WORDS.split())
    script.write_text(SEARCHES.format(words=words))
    address = urllib.request.Request(f"{portal}{PAGE}", headers={"Host": "localhost"})
    with urllib.request.urlopen(address) as answer:
        has_it = ["-H", f"If-None-Match: {answer.headers['ETag']}"]
    # Behind https its links are others, and so is its tag: nobody has that page.
    unchanged = {} if options.encrypted else {"nginx: 304": [nginx + PAGE, *has_it]}
    return {
        "nginx: the page as a file": [f"{nginx}/static/page.html"],
        "nginx: the page kept for a second": [nginx + PAGE],
        **unchanged,
        "portal: the page as it is kept": [portal + PAGE],
        "portal: 304": [portal + PAGE, *has_it],
        "portal: the page made anew": [portal + PAGE, "-H", "Cookie: __Host-sessionid=none"],
        "portal: search, never asked before": [str(portal), "-s", str(script)],
    }


def measure(targets, portal, proxy, options):
    rounds = []
    processes = [portal.process.pid, proxy.process.pid]
    for arguments in targets.values():  # a process's first answers are its dearest
        ask(arguments, options)
    for _ in range(options.rounds):
        rounds.append({})
        for name, arguments in targets.items():
            before = seconds_used(*processes)
            figures = ask(arguments, options)
            figures["ms"] = 1000 * (seconds_used(*processes) - before) / figures["requests"]
            rounds[-1][name] = figures
            print(f"{name}: {figures['rate']:.0f}/s", file=sys.stderr)
    return rounds


def ask(arguments, options):
    """Return what wrk counted. Raises RuntimeError where an answer failed."""
    own = {"connections": options.connections, "seconds": options.seconds}
    return wrk("-H", "Host: localhost", *arguments, **own)


def summary(rounds):
    """Return the medians of each target; its ratio is to the file in the same round."""
    first = next(iter(rounds[0]))
    report = {}
    for name in rounds[0]:
        report[name] = {
            figure: median(turn[name][figure] for turn in rounds)
            for figure in ("rate", "p99", "ms", "bytes")
        }
        report[name]["of the file"] = median(
            turn[name]["rate"] / turn[first]["rate"] for turn in rounds
        )
    return report


def table(report):
    lines = [
        "| | requests/s | of the file | p99, ms | processor, ms | bytes |",
        "|---|---|---|---|---|---|",
    ]
    for name, figures in report.items():
        lines.append(
            f"| {name} | {figures['rate']:,.0f} | {figures['of the file']:.2f} "
            f"| {figures['p99']:.1f} | {figures['ms']:.3f} | {figures['bytes']:,.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
