"""Watches each request from outside: its id, its line in the log, its metrics."""

import logging
import os
import re
import secrets
from contextlib import suppress
from itertools import count
from time import perf_counter

from django.conf import settings

from operations.observability import processes
from operations.observability.tally import Tally, current

logger = logging.getLogger("portal.access")

GIVEN_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
CACHE_RESULTS = {"hit", "miss", "stale", "bypass"}
MAX_PATH_LENGTH = 500
numbers = count(secrets.randbits(40))


def name_process():
    """Let what this process makes up be unlike what any other one does, forked ones too."""
    global MADE_HERE
    MADE_HERE = secrets.token_hex(10)


name_process()
os.register_at_fork(after_in_child=name_process)


class ObservedApplication:
    """A WSGI application that is watched while it answers.

    The application may leave in `environ["portal.cache"]` what its page cache did: "hit", "miss",
    "stale" or "bypass". Every answer has the id of its request in the header X-Request-ID.
    """

    def __init__(self, application):
        self.application = application
        self.count = None
        if settings.METRICS_TOKEN:
            # In this order: the library decides when it is imported where it keeps its values.
            processes.share(settings.METRICS_DIR)
            from operations.observability.metrics import count

            self.count = count

    def __call__(self, environ, start_response):
        tally = Tally(id_of(environ))
        current.set(tally)

        def answer(status, headers, *exc_info):
            tally.status = status[:3]
            tally.headers = [*headers, ("X-Request-ID", tally.request_id)]
            return start_response(status, tally.headers, *exc_info)

        try:
            body = self.application(environ, answer)
        except BaseException:
            self.finish(environ, tally)
            raise
        if type(body) is list:
            # Granian sends a list in one piece, and anything else part by part, which costs twice
            # as much.
            tally.size = sum(map(len, body))
            self.finish(environ, tally)
            return body
        wrapper = environ.get("wsgi.file_wrapper")
        if isinstance(wrapper, type) and isinstance(body, wrapper):
            # The server sends this file itself, as long as it gets it as it is.
            tally.size = announced_size(tally.headers)
            self.finish(environ, tally)
            return body
        return ObservedBody(body, tally, lambda: self.finish(environ, tally))

    def finish(self, environ, tally):
        """Write what is known of a request at its end; a failure to do so is no reader's."""
        seconds = perf_counter() - tally.started
        method = environ.get("REQUEST_METHOD", "")
        method = method if method in METHODS else "OTHER"
        cache = environ.get("portal.cache")
        cache = cache if cache in CACHE_RESULTS else "none"
        try:
            if settings.ACCESS_LOG:
                log(environ, tally, method, cache, seconds)
            if self.count:
                self.count(tally, method, view_of(environ, tally, cache), cache, seconds)
        except Exception:
            with suppress(Exception):
                logger.exception("A request could not be counted.")
        finally:
            current.set(None)


class ObservedBody:
    """The body of an answer; its request ends when it is closed, once."""

    __slots__ = ("body", "finish", "tally")

    def __init__(self, body, tally, finish):
        self.body, self.tally, self.finish = body, tally, finish

    def __iter__(self):
        for part in self.body:
            self.tally.size += len(part)
            yield part

    def close(self):
        finish, self.finish = self.finish, None
        try:
            if hasattr(self.body, "close"):
                self.body.close()
        finally:
            if finish:
                finish()


def id_of(environ):
    """Return the id that a trusted proxy has given the request, or a new one."""
    if settings.BEHIND_PROXY:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        if GIVEN_ID.fullmatch(given):
            return given
    return f"{MADE_HERE}{next(numbers):012x}"


def announced_size(headers):
    """Return the Content-Length among headers, 0 where there is none."""
    sizes = [value for name, value in headers if name.lower() == "content-length"]
    return int(sizes[0]) if sizes else 0


def log(environ, tally, method, cache, seconds):
    if not logger.isEnabledFor(logging.INFO):
        return
    # WSGI has the bytes of a path as Latin-1.
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
        "cache": cache,
    }
    logger.info("request", extra={"fields": fields})


def view_of(environ, tally, cache):
    """Return the name that metrics have for what answered; there are only so many of them."""
    if cache in ("hit", "stale"):
        return "cached"
    if tally.view:
        return tally.view
    return "static" if environ.get("PATH_INFO", "").startswith(settings.STATIC_URL) else "none"
