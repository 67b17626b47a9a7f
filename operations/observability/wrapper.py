"""The outermost WSGI layer: gives each request an id, a line in the access log, and metrics."""

import logging
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings

from operations.observability.tally import Tally, current_tally

if TYPE_CHECKING:
    from _typeshed import OptExcInfo  # exists for type checkers only

logger = logging.getLogger("portal.access")

PROXY_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
METHODS: set[str] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
CACHE_RESULTS: set[str] = {"hit", "miss", "stale", "stale-miss", "bypass"}
MAX_PATH_LENGTH = 500  # characters of a path in the log
request_numbers = count(secrets.randbits(40))
ID_PREFIX: str  # of this process


def choose_id_prefix() -> None:
    """Choose a random prefix for the request ids of this process; each forked process needs one."""
    global ID_PREFIX
    ID_PREFIX = secrets.token_hex(10)


choose_id_prefix()
os.register_at_fork(after_in_child=choose_id_prefix)


class ObservedApplication:
    """Wraps a WSGI application; logs and counts each request when its body is closed.

    The application may set `environ["portal.cache"]` to the result of its page cache, one of
    CACHE_RESULTS. Every response has the id of its request in X-Request-ID.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.count_request: Callable[[Tally, str, str, str, float], None] | None = None
        if settings.METRICS_TOKEN:
            # Imported here: a server without metrics does not load the library.
            from operations.observability.metrics import count_request

            self.count_request = count_request

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        tally = Tally(assign_id(environ))
        current_tally.set(tally)

        def start_tallied_response(
            status: str, headers: list[tuple[str, str]], *exc_info: "OptExcInfo | None"
        ) -> Callable[[bytes], object]:
            tally.status = status[:3]
            tally.headers = headers = [*headers, ("X-Request-ID", tally.request_id)]
            return start_response(status, headers, *exc_info)

        try:
            body = self.application(environ, start_tallied_response)
        except BaseException:
            self.finish(environ, tally)
            raise
        if type(body) is list:
            # Granian sends a list as a whole and other iterables part by part, which takes twice
            # the time; so a list is returned as it is.
            tally.size = sum(map(len, body))
            self.finish(environ, tally)
            return body
        wrapper = environ.get("wsgi.file_wrapper")
        if isinstance(wrapper, type) and isinstance(body, wrapper):
            # The server sends this file itself, but only if it gets the wrapper unchanged.
            tally.size = declared_size(tally.headers)
            self.finish(environ, tally)
            return body
        return ObservedBody(body, tally, lambda: self.finish(environ, tally))

    def finish(self, environ: WSGIEnvironment, tally: Tally) -> None:
        """Log and count a request at its end; an error here does not reach the client."""
        seconds = perf_counter() - tally.started
        method = environ.get("REQUEST_METHOD", "")
        method = method if method in METHODS else "OTHER"
        cache_result = environ.get("portal.cache")
        cache_result = cache_result if cache_result in CACHE_RESULTS else "none"
        try:
            if settings.ACCESS_LOG:
                log_request(environ, tally, method, cache_result, seconds)
            if self.count_request:
                view = view_label(environ, tally, cache_result)
                self.count_request(tally, method, view, cache_result, seconds)
        except Exception:
            with suppress(Exception):
                logger.exception("A request could not be counted.")
        finally:
            current_tally.set(None)


class ObservedBody:
    """The body of a response; calls `finish()` when it is closed for the first time."""

    __slots__ = ("body", "finish", "tally")

    def __init__(self, body: Iterable[bytes], tally: Tally, finish: Callable[[], None]) -> None:
        self.body, self.tally = body, tally
        self.finish: Callable[[], None] | None = finish

    def __iter__(self) -> Iterator[bytes]:
        for part in self.body:
            self.tally.size += len(part)
            yield part

    def close(self) -> None:
        finish, self.finish = self.finish, None
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        finally:
            if finish:
                finish()


def assign_id(environ: WSGIEnvironment) -> str:
    """Return the id that a trusted proxy has given to a request, or a new one of 32 hex digits."""
    if settings.BEHIND_PROXY:
        proxy_id: str = environ.get("HTTP_X_REQUEST_ID", "")
        if PROXY_ID.fullmatch(proxy_id):
            return proxy_id
    return f"{ID_PREFIX}{next(request_numbers):012x}"


def declared_size(headers: Sequence[tuple[str, str]]) -> int:
    """Return the Content-Length among headers, 0 where there is none."""
    sizes = [value for name, value in headers if name.lower() == "content-length"]
    return int(sizes[0]) if sizes else 0


def log_request(
    environ: WSGIEnvironment, tally: Tally, method: str, cache_result: str, seconds: float
) -> None:
    """Write the line of a request in the access log; docs/watching.md lists its fields."""
    if not logger.isEnabledFor(logging.INFO):
        return
    # WSGI decodes the bytes of a path as Latin-1 (PEP 3333).
    path = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
    path = (environ.get("SCRIPT_NAME", "") + path)[:MAX_PATH_LENGTH]
    fields = {
        "method": method,
        "path": path,
        "status": int(tally.status),
        "ms": round(seconds * 1000, 1),
        "bytes": 0 if method == "HEAD" else tally.size,
        "queries": tally.queries,
        "query_ms": round(tally.query_seconds * 1000, 1),
        "cache": cache_result,
    }
    logger.info("request", extra={"fields": fields})


def view_label(environ: WSGIEnvironment, tally: Tally, cache_result: str) -> str:
    """Return the value of the label `view`: "cached", the name of a view, "static" or "none"."""
    if cache_result in ("hit", "stale"):
        return "cached"
    if tally.view:
        return tally.view
    return "static" if environ.get("PATH_INFO", "").startswith(settings.STATIC_URL) else "none"
