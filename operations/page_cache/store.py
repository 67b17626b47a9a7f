"""Finished pages in memory: compressed once, and the answers of the cache from them."""

import gzip
import threading
from collections import OrderedDict
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256

import brotli
from django.utils.http import http_date

BROTLI_QUALITY = 6  # above it, more time than bytes
GZIP_LEVEL = 6
OVERHEAD_BYTES = 4_000  # bytes of a page's headers and of its place in the store
HIT = ("Cache-Status", "portal; hit")  # as RFC 9211 says it; the last of the headers
# What the cache did, as RFC 9211 says it.
STATUS = {
    "hit": HIT[1],
    "stale": "portal; hit; detail=stale",
    "miss": "portal; fwd=miss; stored",
}
# The headers that "304 Not Modified" repeats (RFC 9110, section 15.4.5).
OF_UNCHANGED = {"Cache-Control", "CDN-Cache-Control", "ETag", "Last-Modified", "Vary"}


class StoredPage:
    """A page as a version of the content makes it, compressed in two ways.

    `token` is the version, `modified` when the page became what it is, in seconds of the epoch.
    """

    def __init__(self, response, modified):
        self.token, self.modified = response.version, int(modified)
        self.tag = f'"{sha256(response.body).hexdigest()[:20]}"'
        headers = [
            *response.headers,
            # Weak, since the tag is that of the page and not of how it is packed.
            ("ETag", f"W/{self.tag}"),
            ("Last-Modified", http_date(self.modified)),
        ]
        self.unchanged = [*(pair for pair in headers if pair[0] in OF_UNCHANGED), HIT]
        packed = {
            "br": brotli.compress(response.body, quality=BROTLI_QUALITY),
            "gzip": gzip.compress(response.body, GZIP_LEVEL, mtime=0),
        }
        self.answers = {
            coding: ([*headers, ("Content-Encoding", coding), length(body), HIT], body)
            for coding, body in packed.items()
        }
        self.plain = [*headers, length(response.body), HIT]
        self.size = sum(map(len, packed.values())) + OVERHEAD_BYTES

    def answer(self, coding):
        """Return the headers of a hit and the body in a coding, "" for none."""
        if coding:
            return self.answers[coding]
        return self.plain, gzip.decompress(self.answers["gzip"][1])


def length(body):
    return ("Content-Length", str(len(body)))


class Store:
    """Pages by their keys, of at most `most` bytes: what nobody asks for goes first."""

    def __init__(self, most):
        self.most, self.size = most, 0
        self.pages, self.lock = OrderedDict(), threading.Lock()

    def get(self, key):
        page = self.pages.get(key)
        if page is not None:
            try:  # a context manager would cost more than all the rest here
                self.pages.move_to_end(key)
            except KeyError:  # another thread has dropped it just now
                return page
        return page

    def put(self, key, page):
        with self.lock:
            self.drop(key)
            self.pages[key] = page
            self.size += page.size
            while self.size > self.most:
                self.drop(next(iter(self.pages)))

    def drop(self, key):
        page = self.pages.pop(key, None)
        self.size -= page.size if page is not None else 0


@lru_cache(maxsize=256)
def coding_for(accepted):
    """Return the best coding that an Accept-Encoding header takes: "br", "gzip" or ""."""
    weights = {}
    for part in accepted.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weights[name] = weight(parameters)
    anything = weights.get("*", 0)
    taken = {name: weights.get(name, anything) for name in ("br", "gzip")}
    best = max(taken, key=taken.get)
    return best if taken[best] > 0 else ""


def weight(parameters):
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0
    return 1


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
