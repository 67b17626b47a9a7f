"""Measure what grows with the content: the first page after an edit, pages, saves, commands.

python -m benchmarks.growth --sizes 119x36 1000x1000 5000x5000 20000x5000 --limit 60

A size is a number of terms and of statements; the smallest one is the portal's own content. Each
is measured on the same database, which grows, in a process of its own. Times are processor time:
compare the ratios within a run, not the figures of two runs. The exit status is 1 where a limit
is missed.
"""

import argparse
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from benchmarks.growth_report import judge, report

SIZES = [(119, 36), (1_000, 1_000), (5_000, 5_000), (20_000, 5_000)]
COMMANDS = {"load_content": ["load_content"], "search_index --check": ["search_index", "--check"]}


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", default=SIZES, type=size, help="TERMSxSTATEMENTS")
    parser.add_argument("--rounds", type=int, default=5, help="of each measurement")
    parser.add_argument("--limit", type=int, default=60, help="seconds after which one is stopped")
    parser.add_argument("--step", choices=["grow", "measure"], help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if options.step:
        return run_step(options)
    if sorted(options.sizes) != options.sizes:
        parser.error("The sizes have to grow.")
    with TemporaryDirectory(prefix="portal-growth-") as folder, scratch_database(folder) as address:
        environment = served_environment(Path(folder), address)
        results = measure_sizes(options, environment)
    missed = list(judge(results))
    for sentence in missed:
        print(f"missed: {sentence}")
    if missed:
        return 1
    print("All limits are kept.")
    return 0


def size(text):
    """Return the pair of numbers in a text such as 1000x36."""
    terms, statements = map(int, text.split("x"))
    return terms, statements


def served_environment(folder, address):
    """Return the environment of a public server with its data in a folder and a database."""
    from tests.prepared import environment

    return environment(folder) | {"DATABASE_URL": address}


@contextmanager
def scratch_database(folder):
    """Yield the address of an empty database: a file, or one on the server of DATABASE_URL."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        yield f"sqlite:///{folder}/growth.sqlite3"
        return
    from urllib.parse import urlsplit, urlunsplit

    from benchmarks.backup import scratch_database as postgresql_database

    django.setup()
    with postgresql_database() as name:
        yield urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def run_step(options):
    """Do one step of a measurement, in a process of its own."""
    django.setup()
    if options.step == "grow":
        from benchmarks.growth_content import grow

        grow(*options.sizes[0])
    else:
        from benchmarks.growth_pages import measure

        json.dump(measure(options.rounds, options.limit), sys.stdout)
    return 0


def measure_sizes(options, environment):
    """Return the results of each size, by its name, and print them."""
    manage = [sys.executable, "manage.py"]
    for command in (["migrate"], ["load_content"], ["collectstatic", "--noinput"]):
        run_timed([*manage, *command, "--verbosity=0"], environment)
    results = {}
    for terms, statements in options.sizes:
        step = [sys.executable, "-m", "benchmarks.growth", "--sizes", f"{terms}x{statements}"]
        step += ["--rounds", str(options.rounds), "--limit", str(options.limit), "--step"]
        seconds, _output = run_timed([*step, "grow"], environment)
        name = f"{terms:,} × {statements:,}"
        print(f"\n{name} (made in {seconds:.0f} s of processor time)", flush=True)
        _seconds, output = run_timed([*step, "measure"], environment)
        result = json.loads(output)
        for label, command in COMMANDS.items():
            seconds, _output = run_timed([*manage, *command, "--verbosity=0"], environment)
            result["times"][label] = 1000 * seconds
        results[name] = result
        report(result, next(iter(results.values())), options.limit)
    return results


def run_timed(command, environment):
    """Run a command; return the seconds of processor time that it took, and its output."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise SystemExit(f"{' '.join(map(str, command))} failed.")
    return usage.ru_utime + usage.ru_stime, output


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
