"""What is counted while a request is answered; whoever counts reads it from the context."""

from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter

current = ContextVar("tally", default=None)


class Tally:
    """One request: its id, what has been counted so far, and how it was answered.

    `view` is the name of its address, "" before it is known; `size` counts the bytes of the body;
    `searches` has the kind and the seconds of each search.
    """

    __slots__ = (
        "headers",
        "queries",
        "query_seconds",
        "request_id",
        "searches",
        "size",
        "slow_queries",
        "started",
        "status",
        "unanswered",
        "view",
    )

    def __init__(self, request_id):
        self.request_id = request_id
        self.started = perf_counter()
        self.status, self.headers, self.size, self.view = "500", (), 0, ""
        self.queries, self.query_seconds, self.slow_queries = 0, 0.0, 0
        self.searches, self.unanswered = (), 0


def request_id():
    """Return the id of the request that is being answered, None outside of any."""
    tally = current.get()
    return tally.request_id if tally is not None else None


@contextmanager
def timing_search(kind):
    """Time a search of a kind, such as "results" or "suggestions"."""
    started = perf_counter()
    try:
        yield
    finally:
        tally = current.get()
        if tally is not None:
            tally.searches = (*tally.searches, (kind, perf_counter() - started))


def count_unanswered_search():
    """Count a search that found nothing."""
    tally = current.get()
    if tally is not None:
        tally.unanswered += 1
