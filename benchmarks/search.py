"""Measure the search over made-up passages, on the database that DATABASE_URL names the server of.

python -m benchmarks.search --sizes 1000 100000 --results FOLDER --json out.json

Everything happens in a scratch database. Where FOLDER holds what another database found for the
same queries, the ordered lists are compared. Times are wall-clock times, in ms unless s is said.
"""

import argparse
import json
import os
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from unittest.mock import patch

import django
from tqdm import tqdm

QUERIES, COMMON, PHRASES = 200, 10, 20
REPEATS = 5
SLOW = 500  # ms; a slower question is asked twice only
SHOWN = 20  # results of a page
FOLDER = Path(__file__).resolve().parent.parent / "tests/search/queries"
JUDGED = [FOLDER / "development.json", FOLDER / "own.json"]


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 100_000])
    parser.add_argument("--results", type=Path, help="a folder for what each database found")
    parser.add_argument("--json", type=Path, help="a file for all figures")
    parser.add_argument(
        "--terms-only",
        action="store_true",
        help="leave out the words that only misspelt queries and completions read",
    )
    options = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from benchmarks.loading import scratch_database

    with TemporaryDirectory(prefix="portal-benchmark-") as folder, scratch_database(folder):
        report = measure_all(options)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")


def measure_all(options):
    from django.conf import settings
    from django.db import connection

    from benchmarks.passages import lexicons
    from benchmarks.saving import cost_of_saving

    report = {"database": connection.vendor, "load": [os.getloadavg()], "sizes": {}}
    report["saving"] = cost_of_saving()
    words = lexicons(settings.BASE_DIR / "fixtures")
    for size in options.sizes:
        report["sizes"][size] = measure(size, words, options)
        report["load"].append(os.getloadavg())
    return report


def measure(size, lexicons, options):
    """Return all figures of one size."""
    from benchmarks.loading import is_sqlite

    built = build(size, lexicons, options.terms_only)
    asked = queries(size, lexicons)
    searched, lists = measure_search(asked)
    figures = {**built, "search": searched, "parts": measure_parts(asked)}
    print(json.dumps(figures, ensure_ascii=False), file=sys.stderr, flush=True)
    if not is_sqlite():
        figures["ts_rank"] = measure_ts_rank(asked)
        figures["ratio of p95"] = {
            kind: figures["ts_rank"][kind]["p95"] / searched[kind]["p95"] for kind in asked
        }
    if options.results:
        figures["equal"] = compare(options.results, size, lists)
    return figures


# Building


def build(size, lexicons, terms_only):
    """Fill the database; return the seconds of each step and the sizes on disk in MB."""
    from django.db import connection

    from benchmarks import loading
    from search import schema
    from search.indexing import stored_texts
    from search.vocabulary import refresh, write_terms

    loading.empty()
    before = loading.size_on_disk()
    made = Timed(loading.rows(size, lexicons))
    seconds = {}
    start = perf_counter()
    if loading.is_sqlite():
        loading.write_on_sqlite(made)
        sizes = {"rows": loading.size_on_disk()["all"] - before["all"]}
    else:
        loading.run(f"DROP INDEX IF EXISTS {', '.join(schema.POSTGRESQL_INDEXES)}")
        loading.write_on_postgresql(made)
    seconds["analyse"], seconds["write"] = made.seconds, perf_counter() - start - made.seconds
    seconds["index"] = timed(schema.install, connection)
    if loading.is_sqlite():
        sizes["index"] = loading.size_on_disk()["all"] - before["all"] - sizes["rows"]

    if terms_only:
        seconds["terms"] = timed(write_terms, connection, size, mean_length())
    else:
        seconds["vocabulary"] = timed(refresh, stored_texts(), partial(progress, size))
    if loading.is_sqlite():
        everything = loading.size_on_disk()["all"]
        sizes["vocabulary"] = everything - before["all"] - sizes["rows"] - sizes["index"]
        loading.run("ANALYZE")
    else:
        seconds["vacuum"] = timed(loading.run, "VACUUM ANALYZE")
        loading.run("CHECKPOINT")
        sizes = loading.size_on_disk()
    return {"seconds": seconds, "megabytes": sizes}


def progress(size, entries):
    return tqdm(entries, desc="vocabulary", total=size, unit=" rows", mininterval=1)


def mean_length():
    """Return how many terms a row has on average, as refresh() counts them."""
    from benchmarks.loading import first
    from search.schema import TABLE

    spaces = "LENGTH(terms) - LENGTH(REPLACE(terms, ' ', ''))"
    return first(f"SELECT SUM({spaces} + 1) / COUNT(*) FROM {TABLE}")  # noqa: S608


class Timed:
    """Yields what an iterator yields, and keeps how many seconds that iterator took."""

    def __init__(self, iterator):
        self.iterator, self.seconds = iter(iterator), 0

    def __iter__(self):
        return self

    def __next__(self):
        start = perf_counter()
        try:
            return next(self.iterator)
        finally:
            self.seconds += perf_counter() - start


def timed(function, *arguments):
    """Return the seconds that a call takes."""
    start = perf_counter()
    function(*arguments)
    return perf_counter() - start


# Asking


def queries(size, lexicons):
    """Return the queries by their kind: the same ones for every database."""
    from benchmarks.passages import SEED, passage
    from search.analysis import normalise
    from search.query import STOP_WORDS
    from search.relevance import read_queries

    random = Random(SEED)  # noqa: S311

    def body():
        found = passage(random.randint(1, size), *lexicons)
        return [word for word in random.choice(found)[1] if normalise(word) not in STOP_WORDS]

    def phrase():
        found = random.choice(passage(random.randint(1, size), *lexicons))[1]
        start = random.randrange(len(found) - 1)
        return f'"{" ".join(found[start : start + random.randint(2, 3)])}"'

    common = [word for lexicon in lexicons for word in lexicon.commonest(COMMON // 2)]
    return {
        "words": [
            " ".join(random.sample(words, min(len(words), random.randint(1, 3))))
            for words in (body() for _ in range(QUERIES))
        ],
        "common": common,
        "phrases": [phrase() for _ in range(PHRASES)],
        "judged": [query["query"] for path in JUDGED for query in read_queries(path)],
    }


def measure_search(asked):
    """Return the figures of the engine for each kind of query, and the ids found for each query."""
    from search.engine import search

    lists, figures = {}, {}
    for kind, typed in asked.items():
        times, processor, cut_off = [], [], 0
        for query in tqdm(typed, desc=f"search, {kind}", unit=" queries"):
            time, used, found = best_of(search, query)
            times.append(time)
            processor.append(used)
            lists[query] = [entry.entry_id for entry in found.ranked]
            cut_off += found.is_partial
        figures[kind] = {
            **spread(times),
            "processor": spread(processor),
            "cut off": cut_off,
            "slowest": slowest(typed, times),
        }
    return figures, lists


def best_of(function, argument):
    """Return the least ms of REPEATS calls, by the clock and of this process's own work.

    Returns what the last call returned, too. The second figure is less disturbed by what else
    the machine does; the work of PostgreSQL is not in it.
    """
    times, processor = [], []
    while len(times) < REPEATS and not (len(times) > 1 and times[-1] > SLOW):
        start, used = perf_counter(), process_time()
        found = function(argument)
        times.append(1000 * (perf_counter() - start))
        processor.append(1000 * (process_time() - used))
    return min(times), min(processor), found


def spread(times):
    percentiles = quantiles(times, n=100, method="inclusive")
    return {"p50": percentiles[49], "p95": percentiles[94], "max": max(times)}


def slowest(typed, times):
    return dict(sorted(zip(typed, times, strict=True), key=lambda pair: -pair[1])[:5])


def measure_parts(asked):
    """Return what each part of a search takes over all queries: its mean and its greatest ms."""
    from search import engine, ranking

    parts = {"expand": [], "fetch": [], "rows": [], "rank": []}
    places = [
        (engine, "expand", "expand"),
        (engine, "fetch", "fetch"),
        (engine, "rows_of", "rows"),
        (ranking.Ranking, "rank", "rank"),
    ]
    with ExitStack() as stack:
        for owner, name, part in places:
            watched = watch(getattr(owner, name), parts[part])
            stack.enter_context(patch.object(owner, name, watched))
        for query in [query for typed in asked.values() for query in typed]:
            engine.search(query)
    return {
        part: {"mean": sum(times) / max(1, len(times)), "max": max(times, default=0)}
        for part, times in parts.items()
    }


def watch(function, times):
    """Return a function that notes the ms of each call."""

    def watched(*arguments):
        start = perf_counter()
        try:
            return function(*arguments)
        finally:
            times.append(1000 * (perf_counter() - start))

    return watched


def measure_ts_rank(asked):
    """Return the figures of PostgreSQL's own ranking for the same words, any of which may match."""
    figures = {}
    for kind, typed in asked.items():
        times = [
            best_of(ask_ts_rank, query)[0]
            for query in tqdm(typed, desc=f"ts_rank, {kind}", unit=" queries")
        ]
        figures[kind] = {**spread(times), "slowest": slowest(typed, times)}
    return figures


def ask_ts_rank(typed):
    from benchmarks.loading import run
    from search.analysis import term
    from search.fulltext_query import ExactPhrase, any_term
    from search.query import read
    from search.schema import TABLE

    query = read(typed)
    names = tuple(term(word.normal) for word in query.words)
    wanted = (ExactPhrase(names) if query.phrases else any_term(names)).tsquery()
    return run(
        f"SELECT id FROM {TABLE} WHERE vector @@ %s::tsquery "  # noqa: S608
        "ORDER BY ts_rank(vector, %s::tsquery) DESC LIMIT %s",
        [wanted, wanted, SHOWN],
    )


def compare(folder, size, lists):
    """Keep the lists; return how many are equal to those of the other database, if it ran."""
    from django.db import connection

    folder.mkdir(parents=True, exist_ok=True)
    own = folder / f"{connection.vendor}-{size}.json"
    own.write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")
    other = [path for path in folder.glob(f"*-{size}.json") if path != own]
    if not other:
        return None
    theirs = json.loads(other[0].read_text(encoding="utf-8"))
    differing = [query for query, found in lists.items() if theirs.get(query) != found]
    return {"equal": len(lists) - len(differing), "of": len(lists), "differing": differing}


# Showing


def table(report):
    """Return the figures as a table in Markdown, with a column for each size."""
    sizes = report["sizes"]
    lines = [
        f"| {report['database']} | " + " | ".join(f"{int(size):,}" for size in sizes) + " |",
        "|---" * (len(sizes) + 1) + "|",
    ]
    for label, show in ROWS.items():
        cells = [cell(show, figures) for figures in sizes.values()]
        if any(cells):
            lines.append(f"| {label} | " + " | ".join(cells) + " |")
    saving = report["saving"]
    lines += [
        "",
        f"Saving an objective (median ms): {saving['indexed']:.1f} with the index, "
        f"{saving['not indexed']:.1f} without, {saving['added']:.1f} added. Load of the machine: "
        + ", ".join(f"{load[0]:.1f}" for load in report["load"]),
    ]
    return "\n".join(lines)


def cell(show, figures):
    try:
        return show(figures)
    except (KeyError, TypeError):
        return ""


def times(name, kind):
    return lambda figures: " / ".join(
        f"{figures[name][kind][key]:.1f}" for key in ("p50", "p95", "max")
    )


def step(name):
    return lambda figures: f"{figures['seconds'][name]:.1f}"


def megabytes(name):
    return lambda figures: f"{figures['megabytes'][name]:.1f}"


def part(name):
    return lambda figures: "{mean:.1f} / {max:.1f}".format(**figures["parts"][name])


KINDS = {
    "words": "1–3 words",
    "common": "commonest words",
    "phrases": "quoted phrases",
    "judged": "judged queries",
}
ROWS = {
    "make and analyse, s": step("analyse"),
    "write rows, s": step("write"),
    "full-text index, s": step("index"),
    "vocabulary, s": step("vocabulary"),
    "terms alone, s": step("terms"),
    "vacuum and analyse, s": step("vacuum"),
    "rows, MB": megabytes("rows"),
    "full-text index, MB": megabytes("index"),
    "vocabulary, MB": megabytes("vocabulary"),
    **{
        f"search, {label}: p50 / p95 / max ms": times("search", kind)
        for kind, label in KINDS.items()
    },
    "search, 1–3 words: own processor time, p50 / p95 / max ms": lambda figures: times(
        "words", "processor"
    )(figures["search"]),
    "searches cut off": lambda figures: str(
        sum(found["cut off"] for found in figures["search"].values())
    ),
    **{f"part {name}: mean / max ms": part(name) for name in ("expand", "fetch", "rows", "rank")},
    **{
        f"ts_rank, {label}: p50 / p95 / max ms": times("ts_rank", kind)
        for kind, label in KINDS.items()
    },
    f"p95 of ts_rank over search: {' / '.join(KINDS.values())}": lambda figures: " / ".join(
        f"{figures['ratio of p95'][kind]:.1f}" for kind in KINDS
    ),
    "lists equal on both databases": lambda figures: "{equal} of {of}".format(**figures["equal"]),
}


if __name__ == "__main__":
    main(sys.argv[1:])
