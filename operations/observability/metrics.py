"""What is counted of all requests, in the form that Prometheus reads.

Import it after processes.share(). Labels have few values, whatever is asked for: names of
addresses, methods of HTTP, codes of status.
"""

from collections import defaultdict
from functools import cache

from django.db import Error
from django.db.models import Max
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector

from history.models import Revision
from operations.observability import processes

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

own = CollectorRegistry()
requests = Counter(
    "portal_requests",
    "Requests, by the name of the address that they asked for.",
    ["method", "view", "status"],
    registry=own,
)
request_seconds = Histogram(
    "portal_request_seconds",
    "Seconds from a request to the end of its answer.",
    ["view"],
    buckets=SECONDS,
    registry=own,
)
cache_results = Counter(
    "portal_cache", "Requests, by what the page cache did.", ["result"], registry=own
)
queries = Counter("portal_queries", "Queries to the database.", registry=own)
query_seconds = Counter("portal_query_seconds", "Seconds that queries took.", registry=own)
slow_queries = Counter("portal_slow_queries", "Queries of SLOW_QUERY_MS or more.", registry=own)
search_seconds = Histogram(
    "portal_search_seconds",
    "Seconds that searches took, without their pages.",
    ["kind"],
    buckets=SECONDS,
    registry=own,
)
unanswered = Counter("portal_searches_unanswered", "Searches that found nothing.", registry=own)

# Finding the values of labels takes longer than counting.
count_of_requests, seconds_of_view, count_of_cache, seconds_of_search = (
    cache(metric.labels) for metric in (requests, request_seconds, cache_results, search_seconds)
)


def count(tally, method, view, cached, seconds):
    """Count a request that has been answered."""
    count_of_requests(method, view, tally.status).inc()
    seconds_of_view(view).observe(seconds)
    count_of_cache(cached).inc()
    if tally.queries:
        queries.inc(tally.queries)
        query_seconds.inc(tally.query_seconds)
    if tally.slow_queries:
        slow_queries.inc(tally.slow_queries)
    for kind, taken in tally.searches:
        seconds_of_search(kind).observe(taken)
    if tally.unanswered:
        unanswered.inc(tally.unanswered)


def exposition(folder):
    """Return the metrics of all processes of the server, as bytes; `folder` is what they share."""
    others = CollectorRegistry()
    others.register(Content())
    if not processes.is_shared():
        others.register(Processes(["self"]))
        return generate_latest(own) + generate_latest(others)
    others.register(Processes(processes.living(folder)))
    counted = CollectorRegistry()
    MultiProcessCollector(counted, path=str(folder))
    with processes.reading(folder):
        fold(folder)
        return generate_latest(counted) + generate_latest(others)


def fold(folder):
    """Add up what processes that are gone have counted, so that their files do not become many."""
    for kind in ("counter", "histogram"):
        files = folder.glob(f"{kind}_*.db")
        gone = [file for file in files if not processes.is_running(processes.number_of(file))]
        kept = folder / f"{kind}_{processes.FOLDED}.db"
        if not set(gone) - {kept}:
            continue
        totals = defaultdict(float)
        for file in gone:
            for key, value, *_others in MmapedDict.read_all_values_from_file(str(file)):
                totals[key] += value
        new = kept.with_suffix(".new")
        new.unlink(missing_ok=True)
        written = MmapedDict(str(new))
        for key, value in totals.items():
            written.write_value(key, value, 0.0)
        written.close()
        new.replace(kept)
        for file in set(gone) - {kept}:
            file.unlink()


class Content:
    """How often the content has been changed, by whatever process, as the database knows it."""

    def describe(self):
        return []

    def collect(self):
        try:
            last = Revision.objects.order_by().aggregate(last=Max("pk"))["last"] or 0
        except Error:
            return  # what is counted in memory is worth reading all the more
        yield CounterMetricFamily(
            "portal_content_version_changes", "Revisions of the content.", value=last
        )


class Processes:
    """What the library tells of a process, for each of them that lives."""

    def __init__(self, numbers):
        self.numbers = numbers

    def describe(self):
        return []

    def collect(self):
        families = {}
        for number in self.numbers:
            collector = ProcessCollector(pid=lambda number=number: number, registry=None)
            for family in collector.collect():
                known = families.setdefault(family.name, family)
                samples = [
                    sample._replace(labels={"pid": str(number)}) for sample in family.samples
                ]
                known.samples = samples if known is family else known.samples + samples
        yield from families.values()
