"""Keeps finished pages in front of Django: a reader's page costs no more than finding it.

A page holds while the version of the content is the one that it was made from. Whoever is signed
in gets past the cache, and so does what is no page for everyone.

A page is kept under what it depends on: scheme, host, path, and those parts of the query that pages
know. Django is asked without the rest of the request, so that nothing else can get into a page.
"""

import gzip
import re
import threading
from io import BytesIO
from time import time
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

from operations.page_cache.middleware import VERSION
from operations.page_cache.store import Store, StoredPage, answer, coding_for
from operations.version_watcher import VersionWatcher

MAX_WAIT_SECONDS = 30  # seconds that a request waits for a page that another one is making
MIN_COMPRESSED_BYTES = 500  # bytes below which nothing is won by packing
METHODS = {"GET", "HEAD"}
PRIVATE = re.compile(rf"\b(?:{settings.SESSION_COOKIE_NAME}|{settings.COOKIE_PREFIX}messages)=")
LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)
# Pages whose answer depends on more, or changes with every question, are asked of Django itself.
PAGES = re.compile(rf"/(?:{LANGUAGES})/(?!(?:{'|'.join(settings.PAGES_NOT_KEPT)})/)|/sitemap\.xml$")


class PageCache:
    """A WSGI application that answers for another one where it can.

    `most` is how many bytes of pages it keeps; `watch` tells the version of the content.
    It leaves in the environment what it did: `portal.cache` is hit, stale, miss or bypass.
    """

    def __init__(self, application, most, watch=None):
        self.application = application
        self.watch = watch or VersionWatcher()
        self.store = Store(most)
        self.making, self.lock = {}, threading.Lock()
        self.started = time()

    def __call__(self, environ, start_response):
        key = key_of(environ)
        if key is None:
            environ["portal.cache"] = "bypass"
            return self.application(environ, start_response)
        seen, is_believed = self.watch.current()
        page = self.store.get(key)
        if page is not None and seen is not None and page.token == seen.token:
            return answer(page, environ, start_response, "hit" if is_believed else "stale")
        return self.made_once(key, page, seen, environ, start_response)

    def made_once(self, key, old, seen, environ, start_response):
        """Make a page, or wait for the request that is making it already."""
        with self.lock:
            is_made_by = self.making.get(key)
            if is_made_by is None:
                done = self.making[key] = threading.Event()
        if is_made_by is None:
            try:
                return self.made(key, old, seen, environ, start_response)
            finally:
                del self.making[key]
                done.set()
        is_made_by.wait(MAX_WAIT_SECONDS)
        page = self.store.get(key)
        if page is None:
            return self.made(key, old, seen, environ, start_response)
        return answer(page, environ, start_response, "stale" if page is old else "hit")

    def made(self, key, old, seen, environ, start_response):
        token = seen.token if seen is not None else ""
        response = Response(self.application, request_of(environ, key, token))
        if response.is_failure and old is not None:
            return answer(old, environ, start_response, "stale")
        if response.version is None:
            return response.passed_on(environ, start_response)
        page = StoredPage(response, self.modified(response, seen))
        self.store.put(key, page)
        return answer(page, environ, start_response, "miss")

    def modified(self, response, seen):
        """Return when a page became what it is, as far as is known: in seconds of the epoch."""
        if seen is None or response.version != seen.token or seen.changed_at is None:
            return time()
        return max(self.started, seen.changed_at.timestamp())


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
        if coding and is_text and len(body) > MIN_COMPRESSED_BYTES:
            body = gzip.compress(body, 5, mtime=0)
            headers = [*headers, ("Content-Encoding", "gzip")]
        start_response(self.status, [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


class Key(NamedTuple):
    """Where a page is kept."""

    scheme: str
    host: str
    script: str
    path: str
    query: str


def key_of(environ):
    """Return the Key of the page that a request asks for, None where it asks for no such page."""
    if environ["REQUEST_METHOD"] not in METHODS or not PAGES.match(environ["PATH_INFO"]):
        return None
    cookies = environ.get("HTTP_COOKIE")
    if (cookies and PRIVATE.search(cookies)) or "HTTP_AUTHORIZATION" in environ:
        return None
    query = environ.get("QUERY_STRING", "")
    return Key(
        scheme_of(environ),
        environ.get("HTTP_HOST", "").lower(),
        environ.get("SCRIPT_NAME", ""),
        environ["PATH_INFO"],
        known(query) if query else "",
    )


def scheme_of(environ):
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        return "https" if environ.get(name) == secure else "http"
    return environ["wsgi.url_scheme"]


def known(query):
    """Return the parts of a query that pages know, in the order of their names."""
    try:
        parts = parse_qsl(query, max_num_fields=20)
    except ValueError:
        return ""
    parameters = settings.PAGE_PARAMETERS
    return urlencode(sorted({(n, value) for n, value in parts if value in parameters.get(n, ())}))


def request_of(environ, key, token):
    """Return the environment of the request for the page of a key, made from a version or newer."""
    request = {name: value for name, value in environ.items() if not name.startswith("HTTP_")}
    request |= {
        "REQUEST_METHOD": "GET",
        "HTTP_HOST": key.host,
        "QUERY_STRING": key.query,
        "CONTENT_LENGTH": "",
        "wsgi.input": BytesIO(),
        "portal.page": token,
    }
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        request[name] = secure if key.scheme == "https" else ""
    return request
