"""Limits how many requests Django works on at once, so that threads stay free for quick answers.

The server has more threads than the limits let in (scripts/serve). So cached pages, static files,
/healthz and /metrics are answered while all other requests work or wait, as for a lock of the
database. Requests that may write have a limit of their own: where they wait for a lock, readers
go on. The connections of readers wait for a lock no longer than READERS_LOCK_SECONDS.
"""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from operations.connection_pool import ConnectionPool

MAX_WAITING_READERS = 32  # requests of readers that wait for their turn
MAX_WAITING_WRITERS = 16  # the same, of people who edit or sign in
MAX_WAIT_SECONDS = 10  # seconds that a request waits for its turn
RETRY_AFTER_SECONDS = 5
READERS_LOCK_SECONDS = 0.5
BLOCK_BYTES = 65_536
READING_METHODS = ("GET", "HEAD")
# Answered at once, without cookies: none of these needs the database.
UNLIMITED_PATHS = {"/healthz", "/metrics"}
LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)
# Below these addresses GET may write too: open forms, attempts to sign in.
WRITING_PATHS = re.compile(rf"/(?:(?:{LANGUAGES})/)?(?:account|{settings.ADMIN_PATH})(?:/|$)")
# Whether the present request is one of a reader, whose writes are dropped rather than waited for.
is_reading: ContextVar[bool] = ContextVar("is_reading", default=False)


class BusyError(Exception):
    """Too many requests are waiting, or one has waited for too long."""


class ConcurrencyLimit:
    """Lets some threads in at once, and some others wait for their turn.

    `slots` is the number of threads inside, `max_waiting` that of those that may wait.
    """

    def __init__(self, slots: int, max_waiting: int) -> None:
        self.slots = threading.BoundedSemaphore(slots)
        self.places = threading.BoundedSemaphore(max_waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Run the block in a slot; raise BusyError where none becomes free in time."""
        if not self.slots.acquire(blocking=False):
            self.wait()
        try:
            yield
        finally:
            self.slots.release()

    def wait(self) -> None:
        if not self.places.acquire(blocking=False):
            raise BusyError
        try:
            if not self.slots.acquire(timeout=MAX_WAIT_SECONDS):
                raise BusyError
        finally:
            self.places.release()


class ConcurrencyMiddleware:
    """Answers with 503 where too many requests are being worked on; static files come before it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.readers = ConcurrencyLimit(settings.THREADS, MAX_WAITING_READERS)
        self.writers = ConcurrencyLimit(settings.THREADS, MAX_WAITING_WRITERS)
        self.readers_pool = ConnectionPool(READERS_LOCK_SECONDS)
        self.writers_pool = ConnectionPool()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_safe = request.method in READING_METHODS
        if is_safe and request.path_info in UNLIMITED_PATHS:
            request.COOKIES = {}  # no session is read
            return self.get_response(request)
        may_write = not is_safe or WRITING_PATHS.match(request.path_info)
        limit, pool = (
            (self.writers, self.writers_pool) if may_write else (self.readers, self.readers_pool)
        )
        token = is_reading.set(not may_write)
        try:
            # A test client sets no multithread: its connection has the transaction of the test.
            is_pooled = request.META.get("wsgi.multithread")
            with limit.turn(), pool.lend() if is_pooled else nullcontext():
                return self.get_response(request)
        except BusyError:
            return busy_response(request)
        finally:
            is_reading.reset(token)


def busy_response(request: HttpRequest) -> HttpResponse:
    """Return the page, in both languages, that says that the portal cannot answer now."""
    with suppress(UnreadablePostError):
        # An answer before the end of the body breaks the connection of a proxy.
        while request.read(BLOCK_BYTES):
            pass
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("503.html"), status=503, headers=headers)
