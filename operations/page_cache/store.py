"""Cached pages in memory, compressed once, and the WSGI responses that are made from them."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

import brotli
from django.utils.http import http_date

BROTLI_QUALITY = 6  # higher ones take much more time to save few bytes
GZIP_LEVEL = 6
OVERHEAD_BYTES = 4_000  # an estimate for the headers of a page and its place in the store
# The values of the header Cache-Status (RFC 9211) by the result of the cache.
CACHE_STATUS: dict[str, str] = {
    "hit": "portal; hit",
    "stale": "portal; hit; detail=stale",
    "miss": "portal; fwd=miss; stored",
    "stale-miss": "portal; fwd=miss; stored; detail=stale",
}
HIT_HEADER: tuple[str, str] = ("Cache-Status", CACHE_STATUS["hit"])  # always the last header
# The headers that "304 Not Modified" has to repeat (RFC 9110, section 15.4.5).
NOT_MODIFIED_NAMES: set[str] = {
    "Cache-Control",
    "CDN-Cache-Control",
    "ETag",
    "Last-Modified",
    "Vary",
}


type Headers = list[tuple[str, str]]  # (name, value) pairs, as WSGI has them


class CacheableResponse(Protocol):
    """A response of the origin; `version` is the version of the content that it was made from."""

    body: bytes
    headers: Headers
    version: str | None


class CachedPage:
    """A page made from one version of the content, compressed by Brotli and by gzip.

    `token` is the version of the content, `modified` the time of the last modification in whole
    seconds of the epoch, `size` the memory that the page takes, in bytes.
    """

    def __init__(self, response: CacheableResponse, modified: float) -> None:
        self.token, self.modified = response.version, int(modified)
        self.etag = f'"{sha256(response.body).hexdigest()[:20]}"'
        headers = [
            *response.headers,
            # Weak, since it is the same for all content codings of the page (RFC 9110, 8.8.1).
            ("ETag", f"W/{self.etag}"),
            ("Last-Modified", http_date(self.modified)),
        ]
        not_modified = [pair for pair in headers if pair[0] in NOT_MODIFIED_NAMES]
        self.not_modified_headers = [*not_modified, HIT_HEADER]
        bodies = {
            "br": brotli.compress(response.body, quality=BROTLI_QUALITY),
            "gzip": gzip.compress(response.body, GZIP_LEVEL, mtime=0),
        }
        self.compressed: dict[str, tuple[Headers, bytes]] = {
            coding: (
                [*headers, ("Content-Encoding", coding), content_length(body), HIT_HEADER],
                body,
            )
            for coding, body in bodies.items()
        }
        self.identity_headers = [*headers, content_length(response.body), HIT_HEADER]
        self.size = sum(map(len, bodies.values())) + OVERHEAD_BYTES

    def representation(self, coding: str) -> tuple[Headers, bytes]:
        """Return the headers of a hit and the body in a content coding: "br", "gzip" or ""."""
        if coding:
            return self.compressed[coding]
        return self.identity_headers, gzip.decompress(self.compressed["gzip"][1])


def content_length(body: bytes) -> tuple[str, str]:
    return ("Content-Length", str(len(body)))


class PageStore:
    """Cached pages by their keys, `max_bytes` at most; the least recently used one goes first."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes, self.size = max_bytes, 0
        self.pages: OrderedDict[Hashable, CachedPage] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Hashable) -> CachedPage | None:
        """Return the page of a key, None where there is none."""
        page = self.pages.get(key)
        if page is not None:
            try:  # contextlib.suppress would take longer than the rest of this method
                self.pages.move_to_end(key)
            except KeyError:  # another thread has removed it in between
                return page
        return page

    def put(self, key: Hashable, page: CachedPage) -> None:
        """Store a page, in place of the one that the key had."""
        with self.lock:
            self.remove(key)
            self.pages[key] = page
            self.size += page.size
            while self.size > self.max_bytes:
                self.remove(next(iter(self.pages)))

    def remove(self, key: Hashable) -> None:
        page = self.pages.pop(key, None)
        self.size -= page.size if page is not None else 0


@lru_cache(maxsize=256)
def choose_coding(accept_encoding: str) -> str:
    """Return the content coding to use for an Accept-Encoding header: "br", "gzip" or "".

    It is the one with the highest weight (RFC 9110, section 12.5.3), Brotli where both are equal.
    """
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, *parameters = (text.strip() for text in part.split(";"))
        weights[name] = weight(parameters)
    default = weights.get("*", 0)
    offered = {name: weights.get(name, default) for name in ("br", "gzip")}
    best = max(offered, key=lambda name: offered[name])
    return best if offered[best] > 0 else ""


def weight(parameters: Iterable[str]) -> float:
    """Return the weight among the parameters of a coding: 1 by default, 0 where it is no number."""
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0
    return 1


def send_page(
    page: CachedPage, environ: WSGIEnvironment, start_response: StartResponse, result: str
) -> list[bytes]:
    """Answer a WSGI request with a page, or with 304 where the client has it already.

    `result` is what the cache did, a key of CACHE_STATUS. It goes into the environ and into
    Cache-Status. Returns the body.
    """
    environ["portal.cache"] = result
    if is_not_modified(page, environ):
        headers = with_cache_status(page.not_modified_headers, result)
        start_response("304 Not Modified", headers)
        return []
    headers, body = page.representation(choose_coding(environ.get("HTTP_ACCEPT_ENCODING", "")))
    start_response("200 OK", with_cache_status(headers, result))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def with_cache_status(headers: Headers, result: str) -> Headers:
    """Return the headers of a hit with the Cache-Status of a result; a hit needs no copy."""
    return headers if result == "hit" else [*headers[:-1], ("Cache-Status", CACHE_STATUS[result])]


def is_not_modified(page: CachedPage, environ: WSGIEnvironment) -> bool:
    """Whether the client has the page: by If-None-Match, without it by If-Modified-Since."""
    etags = environ.get("HTTP_IF_NONE_MATCH")
    if etags is not None:
        return page.etag in etags or etags.strip() == "*"
    since = environ.get("HTTP_IF_MODIFIED_SINCE")
    return since is not None and parse_http_date(since) >= page.modified


@lru_cache(maxsize=256)
def parse_http_date(date: str) -> float:
    """Return an HTTP date in seconds of the epoch, -1 where it cannot be read."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return -1
