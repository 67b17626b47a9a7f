"""The page cache as a WSGI application in front of Django, for pages that are public.

A cached page is used while the version of the content is the one that it was made from. Requests
with a session or with credentials, and addresses outside of CACHEABLE_PATHS, go past the cache.

The cache key is all that a page depends on: scheme, host, path, and the query parameters of its
view (library/page_parameters.py). Django gets no other part of the request, so nothing else can get
into a cached page.
"""

import gzip
import re
import threading
from collections.abc import Iterable
from io import BytesIO
from time import time
from typing import TYPE_CHECKING, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings

from library.page_parameters import canonical_query
from operations.page_cache.middleware import VERSION_HEADER
from operations.page_cache.store import (
    CachedPage,
    Headers,
    PageStore,
    choose_coding,
    send_page,
)
from operations.version_watcher import SeenVersion, VersionWatcher

if TYPE_CHECKING:
    from _typeshed import OptExcInfo  # exists for type checkers only

MAX_WAIT_SECONDS = 30  # seconds that a request waits for a page that another one fetches
MAX_WAITING = 64  # requests that wait for such pages; others ask Django, which may be busy
MIN_COMPRESSED_BYTES = 500  # bytes of a body from which compressing is worth its time
METHODS: set[str] = {"GET", "HEAD"}
PRIVATE_COOKIES = re.compile(
    rf"\b(?:{settings.SESSION_COOKIE_NAME}|{settings.COOKIE_PREFIX}messages)="
)
LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)
# The paths of settings.PAGES_NOT_KEPT depend on more than the key, or differ with every query. An
# address without the slash of a page is redirected to it with its whole query.
CACHEABLE_PATHS = re.compile(
    rf"/(?:{LANGUAGES})/(?!(?:{'|'.join(settings.PAGES_NOT_KEPT)})/)(?:.*/)?$"
    r"|/sitemap(?:-[a-z]+)?\.xml$"
)


class PageCache:
    """A WSGI application that answers from its cache, and else from another application.

    `application` is the other one, called the origin; `max_bytes` is how much memory the pages may
    take. The result is left in `environ["portal.cache"]`: "hit", "miss", "bypass", or "stale" and
    "stale-miss" where the newest version of the content is not known.
    """

    def __init__(
        self, application: WSGIApplication, max_bytes: int, watcher: VersionWatcher | None = None
    ) -> None:
        self.application = application
        self.watcher = watcher or VersionWatcher()
        self.store = PageStore(max_bytes)
        self.fetches: dict[CacheKey, threading.Event] = {}  # set when the fetch is over
        self.lock = threading.Lock()
        self.places = threading.BoundedSemaphore(MAX_WAITING)
        self.started_at = time()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        key = cache_key(environ)
        if key is None:
            environ["portal.cache"] = "bypass"
            self.watcher.keep_checking()
            return self.application(environ, start_response)
        latest, is_fresh = self.watcher.current()
        page = self.store.get(key)
        if page is not None and latest is not None and page.token == latest.token:
            return send_page(page, environ, start_response, "hit" if is_fresh else "stale")
        return self.fetch_once(key, page, (latest, is_fresh), environ, start_response)

    def fetch_once(
        self,
        key: "CacheKey",
        old_page: CachedPage | None,
        version: tuple[SeenVersion | None, bool],
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> list[bytes]:
        """Fetch a page, or wait for the request that is fetching it already.

        `old_page` is the page that the store has for the key, `version` what the watcher said.
        """
        with self.lock:
            running_fetch = self.fetches.get(key)
            if running_fetch is None:
                fetched = self.fetches[key] = threading.Event()
        if running_fetch is None:
            try:
                return self.fetch(key, old_page, version, environ, start_response)
            finally:
                del self.fetches[key]
                fetched.set()
        page = self.wait_for_page(key, running_fetch)
        if page is not None and page is old_page:
            return send_page(page, environ, start_response, "stale")
        # The other request may have begun before the version that this one has to show.
        latest, is_fresh = version = self.watcher.current()
        if page is None or latest is None or page.token != latest.token:
            return self.fetch(key, old_page, version, environ, start_response)
        return send_page(page, environ, start_response, "hit" if is_fresh else "stale")

    def wait_for_page(self, key: "CacheKey", running_fetch: threading.Event) -> CachedPage | None:
        """Wait for the end of a fetch; return the page, None where it was not kept.

        None at once where MAX_WAITING requests wait already, since each takes a thread.
        """
        if not self.places.acquire(blocking=False):
            return None
        try:
            running_fetch.wait(MAX_WAIT_SECONDS)
        finally:
            self.places.release()
        return self.store.get(key)

    def fetch(
        self,
        key: "CacheKey",
        old_page: CachedPage | None,
        version: tuple[SeenVersion | None, bool],
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> list[bytes]:
        """Get a page from the origin, cache it where the origin allows that, and send it.

        Where the origin fails (status 5xx), the old page is sent instead, if there is one.
        """
        latest, is_fresh = version
        token = latest.token if latest is not None else ""
        response = OriginResponse(self.application, origin_environ(environ, key, token))
        if response.is_server_error and old_page is not None:
            return send_page(old_page, environ, start_response, "stale")
        if response.version is None:
            return response.send(environ, start_response)
        page = CachedPage(response, self.last_modified(response, latest))
        self.store.put(key, page)
        return send_page(page, environ, start_response, "miss" if is_fresh else "stale-miss")

    def last_modified(self, response: "OriginResponse", latest: SeenVersion | None) -> float:
        """Return the time of the last modification of a page, in seconds of the epoch.

        It is the last change of the content, or the start of the process if that is later. Where
        the time of the last change is not known, it is the present.
        """
        if latest is None or response.version != latest.token or latest.changed_at is None:
            return time()
        return max(self.started_at, latest.changed_at.timestamp())


class OriginResponse:
    """The response of a WSGI application, read to its end.

    `version` is the version of the content where the page may be cached, else None.
    """

    status: str  # such as "200 OK"
    headers: Headers

    def __init__(self, application: WSGIApplication, environ: WSGIEnvironment) -> None:
        # start() returns no write(), which WSGI has for old applications alone.
        iterable = application(environ, self.start)  # type: ignore[arg-type]
        try:
            self.body = b"".join(iterable)
        finally:
            getattr(iterable, "close", lambda: None)()
        self.version = next((value for name, value in self.headers if name == VERSION_HEADER), None)
        left_out = (VERSION_HEADER, "Content-Length")
        self.headers = [(name, value) for name, value in self.headers if name not in left_out]

    def start(self, status: str, headers: Headers, exc_info: "OptExcInfo | None" = None) -> None:
        self.status, self.headers = status, headers

    @property
    def is_server_error(self) -> bool:
        return self.status.startswith("5")

    def send(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer a WSGI request with this response, which is not cached; return the body."""
        environ["portal.cache"] = "miss"
        body, headers = self.body, self.headers
        is_text = any(n == "Content-Type" and v.startswith("text/") for n, v in headers)
        coding = choose_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        if coding and is_text and len(body) > MIN_COMPRESSED_BYTES:
            body = gzip.compress(body, 5, mtime=0)
            headers = [*headers, ("Content-Encoding", "gzip")]
        start_response(self.status, [*headers, ("Content-Length", str(len(body)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


class CacheKey(NamedTuple):
    """All that a cached page depends on; `script` is SCRIPT_NAME, `query` in canonical form."""

    scheme: str
    host: str
    script: str
    path: str
    query: str


def cache_key(environ: WSGIEnvironment) -> CacheKey | None:
    """Return the key of a request, None where the request has to go past the cache."""
    if environ["REQUEST_METHOD"] not in METHODS or not CACHEABLE_PATHS.match(environ["PATH_INFO"]):
        return None
    cookies = environ.get("HTTP_COOKIE")
    if (cookies and PRIVATE_COOKIES.search(cookies)) or "HTTP_AUTHORIZATION" in environ:
        return None
    query = environ.get("QUERY_STRING", "")
    return CacheKey(
        request_scheme(environ),
        environ.get("HTTP_HOST", "").lower(),
        environ.get("SCRIPT_NAME", ""),
        environ["PATH_INFO"],
        canonical_query(environ["PATH_INFO"], query) if query else "",
    )


def request_scheme(environ: WSGIEnvironment) -> str:
    """Return "http" or "https", by the header of the proxy where one is trusted."""
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        return "https" if environ.get(name) == secure else "http"
    scheme: str = environ["wsgi.url_scheme"]
    return scheme


def origin_environ(environ: WSGIEnvironment, key: CacheKey, token: str) -> WSGIEnvironment:
    """Return the environ of the request to the origin for the page of a key.

    It has no header but Host. `token` is the version of the content that the page must have, at
    least; it is left in `portal.page`.
    """
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
