"""The metrics of the portal, for Prometheus (docs/watching.md lists them).

Import this module after processes.share(). Labels have few values, whatever is requested: names
of views, HTTP methods, status codes, results of the page cache.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from django.db import Error
from django.db.models import Max
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector

from history.models import Revision
from operations.observability import processes
from operations.observability.tally import Tally

SECONDS: Sequence[float] = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

registry = CollectorRegistry()
requests = Counter(
    "portal_requests",
    "Requests, by the name of the address that they asked for.",
    ["method", "view", "status"],
    registry=registry,
)
request_seconds = Histogram(
    "portal_request_seconds",
    "Seconds from a request to the end of its answer.",
    ["view"],
    buckets=SECONDS,
    registry=registry,
)
cache_results = Counter(
    "portal_cache", "Requests, by what the page cache did.", ["result"], registry=registry
)
queries = Counter("portal_queries", "Queries to the database.", registry=registry)
query_seconds = Counter("portal_query_seconds", "Seconds that queries took.", registry=registry)
slow_queries = Counter(
    "portal_slow_queries", "Queries of SLOW_QUERY_MS or more.", registry=registry
)
search_seconds = Histogram(
    "portal_search_seconds",
    "Seconds that searches took, without their pages.",
    ["kind"],
    buckets=SECONDS,
    registry=registry,
)
unanswered = Counter(
    "portal_searches_unanswered", "Searches that found nothing.", registry=registry
)

# Cached, since labels() takes longer than counting.
labelled_requests = cache(requests.labels)
labelled_request_seconds = cache(request_seconds.labels)
labelled_cache_results = cache(cache_results.labels)
labelled_search_seconds = cache(search_seconds.labels)


def count_request(tally: Tally, method: str, view: str, cache_result: str, seconds: float) -> None:
    """Add a request that has been answered to the metrics.

    `view` is its value of that label, `cache_result` is hit, miss, stale, bypass or none, `seconds`
    the time until its body was closed.
    """
    labelled_requests(method, view, tally.status).inc()
    labelled_request_seconds(view).observe(seconds)
    labelled_cache_results(cache_result).inc()
    if tally.queries:
        queries.inc(tally.queries)
        query_seconds.inc(tally.query_seconds)
    if tally.slow_queries:
        slow_queries.inc(tally.slow_queries)
    for kind, search_time in tally.searches:
        labelled_search_seconds(kind).observe(search_time)
    if tally.unanswered:
        unanswered.inc(tally.unanswered)


def exposition(folder: Path) -> bytes:
    """Return the metrics of all processes of the server in the text format of Prometheus.

    `folder` is the folder that was given to processes.share().
    """
    computed = CollectorRegistry()
    computed.register(ContentCollector())
    if not processes.is_shared():
        computed.register(ProcessesCollector(["self"]))
        return generate_latest(registry) + generate_latest(computed)
    computed.register(ProcessesCollector(processes.running_pids(folder)))
    shared = CollectorRegistry()
    MultiProcessCollector(shared, path=str(folder))
    with processes.metrics_lock(folder):
        merge_ended(folder)
        return generate_latest(shared) + generate_latest(computed)


def merge_ended(folder: Path) -> None:
    """Add the values of processes that have ended into one file of each kind; delete their files.

    Otherwise the number of files would grow with each restart of a worker.
    """
    for kind in ("counter", "histogram"):
        files = folder.glob(f"{kind}_*.db")
        ended = [file for file in files if not processes.is_running(processes.file_pid(file))]
        merged = folder / f"{kind}_{processes.MERGED_PID}.db"
        if not set(ended) - {merged}:
            continue
        totals: defaultdict[str, float] = defaultdict(float)
        for file in ended:
            for key, value, *_times in MmapedDict.read_all_values_from_file(str(file)):
                totals[key] += value
        new = merged.with_suffix(".new")
        new.unlink(missing_ok=True)
        values = MmapedDict(str(new))
        for key, value in totals.items():
            values.write_value(key, value, 0.0)
        values.close()
        new.replace(merged)
        for file in set(ended) - {merged}:
            file.unlink()


class ContentCollector:
    """Collects the number of revisions of the content, which is the same on all machines."""

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        try:
            total = Revision.objects.order_by().aggregate(last=Max("pk"))["last"] or 0
        except Error:
            return  # without the database, the other metrics are still needed
        yield CounterMetricFamily(
            "portal_content_version_changes", "Revisions of the content.", value=total
        )


class ProcessesCollector:
    """Collects memory, processor time and open files of processes, given by id or as "self"."""

    def __init__(self, pids: Sequence[int | Literal["self"]]) -> None:
        self.pids = pids

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for pid in self.pids:
            for family in process_metrics(pid):
                combined = families.setdefault(family.name, family)
                samples = [sample._replace(labels={"pid": str(pid)}) for sample in family.samples]
                combined.samples = samples if combined is family else combined.samples + samples
        yield from families.values()


def process_metrics(pid: int | Literal["self"]) -> Iterable[Metric]:
    return ProcessCollector(pid=lambda: pid, registry=None).collect()
