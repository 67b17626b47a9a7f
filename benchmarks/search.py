"""Measures the search over made-up passages, on the server that DATABASE_URL names.

python -m benchmarks.search --sizes 1000 100000 --results FOLDER --json out.json

Everything happens in a scratch database. Where FOLDER has the results of the other database for the
same queries, the ordered lists are compared. Times are wall-clock times in milliseconds, unless
seconds are named.
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

QUERY_COUNT, COMMON_COUNT, PHRASE_COUNT = 200, 10, 20
REPEATS = 5
MAX_REPEATED_MILLISECONDS = 500  # a slower query runs only twice
PAGE_SIZE = 20  # results
QUERIES_FOLDER = Path(__file__).resolve().parent.parent / "tests/search/queries"
JUDGED_FILES = [QUERIES_FOLDER / "development.json", QUERIES_FOLDER / "own.json"]


def main(arguments):
    """Measure with command-line arguments; print the table and write the JSON file."""
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
    print(make_table(report))
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")


def measure_all(options):
    """Return the report: the figures of each size, the cost of saving, the load of the machine."""
    from django.conf import settings
    from django.db import connection

    from benchmarks.passages import build_lexicons
    from benchmarks.saving import measure_saving

    report = {"database": connection.vendor, "load": [os.getloadavg()], "sizes": {}}
    report["saving"] = measure_saving()
    lexicons = build_lexicons(settings.BASE_DIR / "fixtures")
    for size in options.sizes:
        report["sizes"][size] = measure(size, lexicons, options)
        report["load"].append(os.getloadavg())
    return report


def measure(size, lexicons, options):
    """Return all figures for one number of entries."""
    from benchmarks.loading import is_sqlite

    building = fill_database(size, lexicons, options.terms_only)
    queries = make_queries(size, lexicons)
    searches, ids_by_query = measure_search(queries)
    figures = {**building, "search": searches, "parts": measure_parts(queries)}
    print(json.dumps(figures, ensure_ascii=False), file=sys.stderr, flush=True)
    if not is_sqlite():
        figures["ts_rank"] = measure_ts_rank(queries)
        figures["ratio of p95"] = {
            kind: figures["ts_rank"][kind]["p95"] / searches[kind]["p95"] for kind in queries
        }
    if options.results:
        figures["equal"] = compare(options.results, size, ids_by_query)
    return figures


# Filling the database


def fill_database(size, lexicons, terms_only):
    """Fill the database; return the seconds of each step and the sizes on disk in MB.

    With `terms_only`, the words that only misspelt queries and completions need are left out.
    """
    from django.db import connection

    from benchmarks import loading
    from search import schema
    from search.indexing import stored_words
    from search.vocabulary_writer import rebuild_vocabulary

    loading.delete_all_entries()
    size_before = loading.size_on_disk()
    rows = Timed(loading.generate_rows(size, lexicons))
    seconds = {}
    start = perf_counter()
    if loading.is_sqlite():
        loading.write_on_sqlite(rows)
        sizes = {"rows": loading.size_on_disk()["all"] - size_before["all"]}
    else:
        loading.execute(f"DROP INDEX IF EXISTS {', '.join(schema.POSTGRESQL_INDEXES)}")
        loading.write_on_postgresql(rows)
    seconds["analyse"], seconds["write"] = rows.seconds, perf_counter() - start - rows.seconds
    seconds["index"] = measure_seconds(schema.install, connection)
    if loading.is_sqlite():
        sizes["index"] = loading.size_on_disk()["all"] - size_before["all"] - sizes["rows"]

    entries = stored_words()
    if terms_only:
        entries = (entry._replace(texts=[]) for entry in entries)
    seconds["terms" if terms_only else "vocabulary"] = measure_seconds(
        rebuild_vocabulary, entries, partial(show_progress, size)
    )
    if loading.is_sqlite():
        whole_size = loading.size_on_disk()["all"]
        sizes["vocabulary"] = whole_size - size_before["all"] - sizes["rows"] - sizes["index"]
        loading.execute("ANALYZE")
    else:
        seconds["vacuum"] = measure_seconds(loading.execute, "VACUUM ANALYZE")
        loading.execute("CHECKPOINT")
        sizes = loading.size_on_disk()
    return {"seconds": seconds, "megabytes": sizes}


def show_progress(size, entries):
    """Return an iterator of the entries with a progress bar."""
    return tqdm(entries, desc="vocabulary", total=size, unit=" rows", mininterval=1)


class Timed:
    """An iterator over another one that adds up the seconds spent in it."""

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


def measure_seconds(function, *arguments):
    """Return the seconds that a call takes."""
    start = perf_counter()
    function(*arguments)
    return perf_counter() - start


# Measuring


def make_queries(size, lexicons):
    """Return the lists of queries by kind; they are the same for every database."""
    from benchmarks.passages import SEED, make_passage
    from search.analysis import normalise
    from search.query import STOP_WORDS
    from search.relevance import read_queries

    random = Random(SEED)  # noqa: S311

    def random_words():
        words = make_passage(random.randint(1, size), *lexicons)
        return [word for word in random.choice(words)[1] if normalise(word) not in STOP_WORDS]

    def random_phrase():
        words = random.choice(make_passage(random.randint(1, size), *lexicons))[1]
        start = random.randrange(len(words) - 1)
        return f'"{" ".join(words[start : start + random.randint(2, 3)])}"'

    common_words = [word for lexicon in lexicons for word in lexicon.commonest(COMMON_COUNT // 2)]
    return {
        "words": [
            " ".join(random.sample(words, min(len(words), random.randint(1, 3))))
            for words in (random_words() for _ in range(QUERY_COUNT))
        ],
        "common": common_words,
        "phrases": [random_phrase() for _ in range(PHRASE_COUNT)],
        "judged": [query["query"] for path in JUDGED_FILES for query in read_queries(path)],
    }


def measure_search(queries_by_kind):
    """Return the figures of the search by kind of query, and the ids of the results by query."""
    from search.engine import search

    ids_by_query, figures = {}, {}
    for kind, queries in queries_by_kind.items():
        times, process_times, timeouts = [], [], 0
        for query in tqdm(queries, desc=f"search, {kind}", unit=" queries"):
            milliseconds, process_milliseconds, results = measure_milliseconds(search, query)
            times.append(milliseconds)
            process_times.append(process_milliseconds)
            ids_by_query[query] = [entry.entry_id for entry in results.ranked]
            timeouts += results.has_timed_out
        figures[kind] = {
            **summarise(times),
            "processor": summarise(process_times),
            "cut off": timeouts,
            "slowest": slowest_queries(queries, times),
        }
    return figures, ids_by_query


def measure_milliseconds(function, argument):
    """Return the least wall-clock and the least processor time of up to REPEATS calls, in ms.

    Also returns the result of the last call. The processor time is that of this process, without
    PostgreSQL's; other work of the machine disturbs it less.
    """
    times, process_times = [], []
    while len(times) < REPEATS and not (len(times) > 1 and times[-1] > MAX_REPEATED_MILLISECONDS):
        start, process_start = perf_counter(), process_time()
        result = function(argument)
        times.append(1000 * (perf_counter() - start))
        process_times.append(1000 * (process_time() - process_start))
    return min(times), min(process_times), result


def summarise(times):
    """Return the median, the 95th percentile and the maximum of some times."""
    percentiles = quantiles(times, n=100, method="inclusive")
    return {"p50": percentiles[49], "p95": percentiles[94], "max": max(times)}


def slowest_queries(queries, times):
    """Return the times of the five slowest queries, by query."""
    return dict(sorted(zip(queries, times, strict=True), key=lambda pair: -pair[1])[:5])


def measure_parts(queries_by_kind):
    """Return the mean and the longest time, in ms, of each part of a search over all queries."""
    from search import engine, ranking

    parts = {"expand": [], "fetch": [], "rows": [], "rank": []}
    functions = [
        (engine, "expand", "expand"),
        (engine, "fetch_candidates", "fetch"),
        (engine, "read_rows", "rows"),
        (ranking.Ranking, "rank", "rank"),
    ]
    with ExitStack() as stack:
        for owner, name, part in functions:
            timed_function = with_timing(getattr(owner, name), parts[part])
            stack.enter_context(patch.object(owner, name, timed_function))
        for query in [query for queries in queries_by_kind.values() for query in queries]:
            engine.search(query)
    return {
        part: {"mean": sum(times) / max(1, len(times)), "max": max(times, default=0)}
        for part, times in parts.items()
    }


def with_timing(function, times):
    """Return a function that appends the ms of each call to a list."""

    def timed_function(*arguments):
        start = perf_counter()
        try:
            return function(*arguments)
        finally:
            times.append(1000 * (perf_counter() - start))

    return timed_function


def measure_ts_rank(queries_by_kind):
    """Return the figures of PostgreSQL's own ranking for the same queries."""
    figures = {}
    for kind, queries in queries_by_kind.items():
        times = [
            measure_milliseconds(search_by_ts_rank, query)[0]
            for query in tqdm(queries, desc=f"ts_rank, {kind}", unit=" queries")
        ]
        figures[kind] = {**summarise(times), "slowest": slowest_queries(queries, times)}
    return figures


def search_by_ts_rank(raw_query):
    """Search with PostgreSQL's ranking: for the phrase, or for any of the words."""
    from benchmarks.loading import execute
    from search.analysis import to_term
    from search.fulltext_query import ExactPhrase, any_term
    from search.query import parse_query
    from search.schema import TABLE

    query = parse_query(raw_query)
    terms = tuple(to_term(word.normal) for word in query.words)
    tsquery = (ExactPhrase(terms) if query.phrases else any_term(terms)).tsquery()
    return execute(
        f"SELECT id FROM {TABLE} WHERE vector @@ %s::tsquery "  # noqa: S608
        "ORDER BY ts_rank(vector, %s::tsquery) DESC LIMIT %s",
        [tsquery, tsquery, PAGE_SIZE],
    )


def compare(folder, size, ids_by_query):
    """Keep the lists in a folder; compare them with those of the other database.

    Returns the number of equal lists and the queries that differ, None where the other database has
    not been measured.
    """
    from django.db import connection

    folder.mkdir(parents=True, exist_ok=True)
    own_file = folder / f"{connection.vendor}-{size}.json"
    own_file.write_text(json.dumps(ids_by_query, ensure_ascii=False), encoding="utf-8")
    other_files = [path for path in folder.glob(f"*-{size}.json") if path != own_file]
    if not other_files:
        return None
    other_ids = json.loads(other_files[0].read_text(encoding="utf-8"))
    different = [query for query, ids in ids_by_query.items() if other_ids.get(query) != ids]
    return {
        "equal": len(ids_by_query) - len(different),
        "of": len(ids_by_query),
        "differing": different,
    }


# The report


def make_table(report):
    """Return the figures as a table in Markdown, with a column for each size."""
    sizes = report["sizes"]
    lines = [
        f"| {report['database']} | " + " | ".join(f"{int(size):,}" for size in sizes) + " |",
        "|---" * (len(sizes) + 1) + "|",
    ]
    for label, format_cell in ROWS.items():
        cells = [make_cell(format_cell, figures) for figures in sizes.values()]
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


def make_cell(format_cell, figures):
    """Return the text of a cell, "" where the figure was not measured."""
    try:
        return format_cell(figures)
    except (KeyError, TypeError):
        return ""


def format_spread(name, kind):
    """Return a function that formats the percentiles of a kind of query."""
    return lambda figures: " / ".join(
        f"{figures[name][kind][key]:.1f}" for key in ("p50", "p95", "max")
    )


def format_seconds(name):
    """Return a function that formats the seconds of a step."""
    return lambda figures: f"{figures['seconds'][name]:.1f}"


def format_megabytes(name):
    """Return a function that formats the size of a part of the database."""
    return lambda figures: f"{figures['megabytes'][name]:.1f}"


def format_part(name):
    """Return a function that formats the times of a part of the search."""
    return lambda figures: "{mean:.1f} / {max:.1f}".format(**figures["parts"][name])


KINDS = {
    "words": "1–3 words",
    "common": "commonest words",
    "phrases": "quoted phrases",
    "judged": "judged queries",
}
ROWS = {
    "make and analyse, s": format_seconds("analyse"),
    "write rows, s": format_seconds("write"),
    "full-text index, s": format_seconds("index"),
    "vocabulary, s": format_seconds("vocabulary"),
    "terms alone, s": format_seconds("terms"),
    "vacuum and analyse, s": format_seconds("vacuum"),
    "rows, MB": format_megabytes("rows"),
    "full-text index, MB": format_megabytes("index"),
    "vocabulary, MB": format_megabytes("vocabulary"),
    **{
        f"search, {label}: p50 / p95 / max ms": format_spread("search", kind)
        for kind, label in KINDS.items()
    },
    "search, 1–3 words: own processor time, p50 / p95 / max ms": lambda figures: format_spread(
        "words", "processor"
    )(figures["search"]),
    "searches cut off": lambda figures: str(
        sum(kind_figures["cut off"] for kind_figures in figures["search"].values())
    ),
    **{
        f"part {name}: mean / max ms": format_part(name)
        for name in ("expand", "fetch", "rows", "rank")
    },
    **{
        f"ts_rank, {label}: p50 / p95 / max ms": format_spread("ts_rank", kind)
        for kind, label in KINDS.items()
    },
    f"p95 of ts_rank over search: {' / '.join(KINDS.values())}": lambda figures: " / ".join(
        f"{figures['ratio of p95'][kind]:.1f}" for kind in KINDS
    ),
    "lists equal on both databases": lambda figures: "{equal} of {of}".format(**figures["equal"]),
}


if __name__ == "__main__":
    main(sys.argv[1:])
