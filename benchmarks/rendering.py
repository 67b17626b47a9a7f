"""Compare the processor time of pages made anew and of searches with that of another revision.

python -m benchmarks.rendering --against main --rounds 10

Both versions serve the same content, each from a process of its own, and make the same pages in
turn, so that other work of the machine affects both alike: compare the ratios. Searches are such
as nobody has asked before. The exit status is 1 where a page is not the same byte for byte.
"""

import argparse
import os
import subprocess
import sys
import tarfile
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path
from shutil import copytree
from statistics import mean, median
from tempfile import TemporaryDirectory

from benchmarks.rendering_server import serving

PROJECT = Path(__file__).resolve().parent.parent
GOAL = "goals/border-integrity/"
# Pages that are made right after a change of the content, and once more.
PAGES = {
    "goal, Arabic": f"/ar/{GOAL}",
    "goal, side by side": f"/en/{GOAL}?view=parallel",
    "home": "/ar/",
    "glossary": "/ar/glossary/",
}
SEARCHES = {
    "search, Arabic": "/ar/search/?q=",
    "search, English": "/en/search/?q=",
    "search with a filter": "/ar/search/?section=goals&q=",
}
SEARCHES_A_ROUND = 4  # of each kind
# Searches of each kind that are not counted: a process keeps the analysis of texts that it showed.
WARMING_SEARCHES = 40
COMPARED_SEARCHES = 60  # of each kind, whose bytes are compared


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--against", default="main", help="the other revision")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from tests.prepared import COMMANDS, environment, run_command

    with ExitStack() as stack:
        root = Path(stack.enter_context(TemporaryDirectory(prefix="portal-rendering-")))
        prepared = root / "prepared"
        for command in COMMANDS:
            run_command(environment(prepared), *command)
        other = export(options.against, root / "other")
        versions = {}
        for name, folder in {"before": other, "now": PROJECT}.items():
            data = copytree(prepared, root / name)
            versions[name] = stack.enter_context(serving(folder, environment(data)))
        report(Measurement(versions).run(options.rounds))
        return compare(versions)


def export(revision, folder):
    """Write the files of a revision of the project to a folder, with its compiled catalogues."""
    archive = folder.with_suffix(".tar")
    command = ["git", "-C", PROJECT, "archive", "--output", archive, revision]
    subprocess.run(command, check=True)
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    babel = [sys.executable, "-m", "babel.messages.frontend", "--quiet", "compile"]
    domains = ["--domain", "django djangojs", "--directory", folder / "locale"]
    subprocess.run([*babel, *domains], check=True)
    return folder


class Measurement:
    """Measures the pages of two versions in turn; `versions` are functions by name, see serving().

    `times` has the ms of each page by its label and version.
    """

    def __init__(self, versions):
        self.versions = versions
        self.times = {}
        self.queries = {
            label: unasked_queries(self.any_version("words", path[1:3]))
            for label, path in SEARCHES.items()
        }

    def any_version(self, order, *arguments):
        """Send an order whose answer is the same in both versions."""
        return next(iter(self.versions.values()))(order, *arguments)

    def run(self, rounds):
        """Return the times of some rounds, after one that is not counted."""
        self.measure_round(WARMING_SEARCHES)
        self.times.clear()
        for _ in range(rounds):
            self.measure_round(SEARCHES_A_ROUND)
        paths = self.any_version("paths")
        self.measure("all pages of the site map, mean", paths, has_changed=True)
        return self.times

    def measure_round(self, searches):
        """Measure each page once after a change and once more, and some searches of each kind."""
        for label, path in PAGES.items():
            self.measure(f"{label}, after a change", [path], has_changed=True)
            self.measure(f"{label}, again", [path])
        for send in self.versions.values():
            send("time", [PAGES["goal, Arabic"]], False)
        self.measure("goal, signed in", [PAGES["goal, Arabic"]], is_editor=True)
        for label, path in SEARCHES.items():
            asked = islice(self.queries[label], searches)
            self.measure(label, [path + query for query in asked])

    def measure(self, label, paths, is_editor=False, has_changed=False):
        """Add the ms of some pages in each version, the first after a change where it says so."""
        for name, send in self.versions.items():
            if has_changed:
                send("change")
            taken = self.times.setdefault(label, {}).setdefault(name, [])
            taken += send("time", paths, is_editor)


def unasked_queries(words):
    """Yield queries of two words, each another one."""
    return (f"{first} {second}" for first, second in zip(words, cycle(words[7:]), strict=False))


def report(times):
    """Print the ms of each page before and now, and the ratio."""
    for label, by_version in times.items():
        typical = mean if "mean" in label else median
        before, now = map(typical, by_version.values())
        print(f"{label:36} {before:7.1f} ms {now:7.1f} ms {now / before:6.2f}")


def compare(versions):
    """Return the exit status: 1 where a page differs between the versions, which it names."""
    any_version = next(iter(versions.values()))
    paths = [*any_version("paths"), *PAGES.values()]
    for path in SEARCHES.values():
        queries = unasked_queries(any_version("words", path[1:3]))
        paths += [path + query for query in islice(queries, COMPARED_SEARCHES)]
    differing = []
    for is_editor in (False, True):
        for path in paths:
            before, now = (send("page", path, is_editor) for send in versions.values())
            differing += [path] if before != now else []
    print(f"{len(differing)} of {2 * len(paths)} pages differ", *differing[:10], sep="\n")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
