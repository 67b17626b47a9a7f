"""The tally of a request: figures that are collected while it is answered.

The code that counts queries or searches finds it in a context variable.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter


class Tally:
    """The figures of one request, from its start until its body is closed.

    `started` is a perf_counter() time. `status` has three digits, "500" until the response starts;
    `headers` are the (name, value) pairs of the response; `size` is the bytes of the body so far;
    `view` is the name of the URL pattern, "" while it is not known; `query_seconds` is the sum of
    the times of `queries`; `searches` has a (kind, seconds) pair for each search; `unanswered`
    counts the searches without results.
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

    def __init__(self, request_id: str) -> None:
        self.request_id = request_id
        self.started = perf_counter()
        self.status, self.size, self.view = "500", 0, ""
        self.headers: Sequence[tuple[str, str]] = ()
        self.queries, self.query_seconds, self.slow_queries = 0, 0.0, 0
        self.searches: tuple[tuple[str, float], ...] = ()
        self.unanswered = 0


current_tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


def request_id() -> str | None:
    """Return the id of the request that is being answered, None outside of requests."""
    tally = current_tally.get()
    return tally.request_id if tally is not None else None


@contextmanager
def timing_search(kind: str) -> Iterator[None]:
    """Add the time of the block to the tally as a search of a kind ("results", "suggestions")."""
    started = perf_counter()
    try:
        yield
    finally:
        tally = current_tally.get()
        if tally is not None:
            tally.searches = (*tally.searches, (kind, perf_counter() - started))


def count_unanswered_search() -> None:
    """Add a search without results to the tally."""
    tally = current_tally.get()
    if tally is not None:
        tally.unanswered += 1
