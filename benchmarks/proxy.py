"""Measure the throughput of a portal behind nginx, beside that of the same page as a file.

python -m benchmarks.proxy --rounds 5 --seconds 4 --json out.json

Needs nginx and wrk. The targets take turns in each round, so that other work of the machine affects
all of them alike: compare the ratios, not the figures of two runs. The processor time is that of
nginx and the portal together.
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
# A script of wrk: each request is another search for two words.
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
    from tests.prepared import COMMANDS, environment, run_command
    from tests.proxying import NGINX, proxied
    from tests.serving import served

    if not NGINX:
        sys.exit("This needs nginx: apt-get install nginx-light libnginx-mod-http-brotli-static")
    with TemporaryDirectory(prefix="portal-benchmark-") as folder:
        prepared, data = Path(folder, "prepared"), Path(folder, "data")
        for command in [*COMMANDS, ("search_index", "--stale"), ("mention_index", "--stale")]:
            run_command(environment(prepared), *command)
        variables = {"WORKERS": options.workers, "BEHIND_PROXY": "true"}
        with (
            served(prepared, data, **variables) as portal,
            proxied(
                Path(folder, "nginx"),
                [portal.port],
                data,
                changes=without_limits(options.encrypted),
            ) as proxy,
        ):
            write_file(f"{portal}{PAGE}", data)
            rounds = measure(targets(portal, proxy, folder, options), portal, proxy, options)
    report = summary(rounds)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1), encoding="utf-8")


def without_limits(encrypted):
    """Return the changes of deploy/nginx.conf that lift the limits of requests (see Proxy)."""
    changes = [("rate=50r/s", "rate=10000000r/s"), ("rate=10r/s", "rate=10000000r/s")]
    return (
        changes if encrypted else [*changes, (" ssl http2", ""), ("ssl_reject_handshake on;", "")]
    )


def write_file(address, data):
    """Write the page as a static file of nginx, with its Brotli form beside it."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": "br"})
    with urllib.request.urlopen(request) as answer:
        compressed = answer.read()
    Path(data, "static", "page.html").write_bytes(brotli.decompress(compressed))
    Path(data, "static", "page.html.br").write_bytes(compressed)


def targets(portal, proxy, folder, options):
    """Return the arguments of wrk for each target: {name: list}."""
    nginx = f"https://localhost:{proxy.https}" if options.encrypted else None
    nginx = nginx or f"http://localhost:{proxy.https}"
    script = Path(folder, "searches.lua")
    words = ",".join(f'"{urllib.request.quote(word)}"' for word in WORDS.split())
    script.write_text(SEARCHES.format(words=words))
    address = urllib.request.Request(f"{portal}{PAGE}", headers={"Host": "localhost"})
    with urllib.request.urlopen(address) as answer:
        if_none_match = ["-H", f"If-None-Match: {answer.headers['ETag']}"]
    # With https, the page has other links and another entity tag, so there is no 304.
    unchanged = {} if options.encrypted else {"nginx: 304": [nginx + PAGE, *if_none_match]}
    return {
        "nginx: the page as a file": [f"{nginx}/static/page.html"],
        "nginx: the page, cached for a second": [nginx + PAGE],
        **unchanged,
        "portal: the page, cached": [portal + PAGE],
        "portal: 304": [portal + PAGE, *if_none_match],
        "portal: the page, rendered": [portal + PAGE, "-H", "Cookie: __Host-sessionid=none"],
        "portal: search, not asked before": [str(portal), "-s", str(script)],
    }


def measure(targets, portal, proxy, options):
    """Return the figures of each target in each round: [{name: figures of wrk and `ms`}].

    `ms` is the processor time of a request in milliseconds.
    """
    rounds = []
    processes = [portal.process.pid, proxy.process.pid]
    for arguments in targets.values():  # the first requests of a process take longest
        send_requests(arguments, options)
    for _ in range(options.rounds):
        rounds.append({})
        for name, arguments in targets.items():
            before = seconds_used(*processes)
            figures = send_requests(arguments, options)
            figures["ms"] = 1000 * (seconds_used(*processes) - before) / figures["requests"]
            rounds[-1][name] = figures
            print(f"{name}: {figures['rate']:.0f}/s", file=sys.stderr)
    return rounds


def send_requests(arguments, options):
    """Return the figures of wrk(). Raises RuntimeError where a request failed."""
    load = {"connections": options.connections, "seconds": options.seconds}
    return wrk("-H", "Host: localhost", *arguments, **load)


def summary(rounds):
    """Return the medians of each target: {name: {figure: number}}.

    The ratio "of the file" is the median of the ratios to the file in the same round.
    """
    first = next(iter(rounds[0]))
    report = {}
    for name in rounds[0]:
        report[name] = {
            figure: median(figures[name][figure] for figures in rounds)
            for figure in ("rate", "p99", "ms", "bytes")
        }
        report[name]["of the file"] = median(
            figures[name]["rate"] / figures[first]["rate"] for figures in rounds
        )
    return report


def table(report):
    """Return a report as a table in Markdown."""
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
