"""Answers of the page cache: a kept page, "304 Not Modified", or what Django has said."""

import gzip
from email.utils import parsedate_to_datetime
from functools import lru_cache

from operations.middleware import VERSION
from operations.stored_pages import HIT, coding_for

SMALL = 500  # bytes below which nothing is won by packing
# What the cache did, as RFC 9211 says it.
STATUS = {
    "hit": HIT[1],
    "stale": "portal; hit; detail=stale",
    "miss": "portal; fwd=miss; stored",
}


class Response:
    """What an application answers, read to its end."""

    def __init__(self, application, environ):
        iterable = application(environ, self.start)
        try:
            self.body = b"".join(iterable)
        finally:
            getattr(iterable, "close", lambda: None)()
        self.version = next((value for name, value in self.headers if name == VERSION), None)
        self.headers = [
            (name, value) for name, value in self.headers if name not in (VERSION, "Content-Length")
        ]

    def start(self, status, headers, exc_info=None):
        self.status, self.headers = status, headers

    @property
    def is_failure(self):
        return self.status.startswith("5")

    def passed_on(self, environ, start_response):
        """Answer with this response, which is not kept."""
        environ["portal.cache"] = "miss"
        body, headers = self.body, self.headers
        is_text = any(n == "Content-Type" and v.startswith("text/") for n, v in headers)
        coding = coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if coding and is_text and len(body) > SMALL:
            body = gzip.compress(body, 5, mtime=0)
            headers = [*headers, ("Content-Encoding", "gzip")]
        start_response(self.status, [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def answer(page, environ, start_response, what):
    """Answer with a StoredPage; `what` the cache did is hit, stale or miss."""
    environ["portal.cache"] = what
    if is_unchanged(page, environ):
        start_response("304 Not Modified", headers_of(page.unchanged, what))
        return []
    headers, body = page.answer(coding_for(environ.get("HTTP_ACCEPT_ENCODING", "")))
    start_response("200 OK", headers_of(headers, what))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def headers_of(headers, what):
    """Return the headers of a hit, or what they are where the cache did something else."""
    return headers if what == "hit" else [*headers[:-1], ("Cache-Status", STATUS[what])]


def is_unchanged(page, environ):
    """Whether a browser has the page already: by its tag, or else by its time."""
    tags = environ.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        return page.tag in tags or tags.strip() == "*"
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    return since is not None and seconds(since) >= page.modified


@lru_cache(maxsize=256)
def seconds(date):
    """Return the seconds of the epoch of an HTTP date, -1 where it is none."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return -1
