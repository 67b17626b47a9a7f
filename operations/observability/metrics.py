"""The metrics of the portal, for Prometheus (docs/watching.md lists them).

Labels have few values, whatever is requested: names of views, HTTP methods, status codes, results
of the page cache.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import prometheus_client.values
from django.db import Error
from django.db.models import Max
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector

from history.models import Revision
from operations.observability import processes
from operations.observability.counters import CopiedValue, copies
from operations.observability.merging import merged_metrics
from operations.observability.tally import Tally

# The numbers of all metrics that are made below.
prometheus_client.values.ValueClass = CopiedValue

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

    `view` is its value of that label, `cache_result` is one of CACHE_RESULTS or none, `seconds`
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

    `folder` is the folder that was given to processes.share(). If it could not be used, the answer
    has only what is not counted by requests.
    """
    computed = CollectorRegistry()
    computed.register(ContentCollector())
    computed.register(CountingCollector())
    if processes.is_shared():
        computed.register(ProcessesCollector(processes.running_pids(folder)))
        counted = CollectorRegistry()
        counted.register(FolderCollector(folder))
        return generate_latest(counted) + generate_latest(computed)
    computed.register(ProcessesCollector(["self"]))
    if processes.has_failed:
        return generate_latest(computed)
    return generate_latest(registry) + generate_latest(computed)


class FolderCollector:
    """Collects what all processes of the server have counted in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        return merged_metrics(self.folder)


class CountingCollector:
    """Collects 1 if requests are counted, 0 if the folder of the metrics cannot be used."""

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        is_counting = not (processes.has_failed or copies.is_failing)
        yield GaugeMetricFamily(
            "portal_counting", "Whether requests are counted (1) or not (0).", int(is_counting)
        )


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
