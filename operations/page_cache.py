"""Keeps finished pages in front of Django: a reader's page costs no more than finding it.

A page holds while the version of the content is the one that it was made from. Whoever is signed
in gets past the cache, and so does what is no page for everyone.
"""

import threading
from time import time

from operations.content_watch import ContentWatch
from operations.page_requests import key_of, request_of
from operations.page_responses import Response, answer
from operations.stored_pages import Store, StoredPage

WAIT = 30  # seconds that a request waits for a page that another one is making


class PageCache:
    """A WSGI application that answers for another one where it can.

    `most` is how many bytes of pages it keeps; `watch` tells the version of the content.
    It leaves in the environment what it did: `portal.cache` is hit, stale, miss or bypass.
    """

    def __init__(self, application, most, watch=None):
        self.application = application
        self.watch = watch or ContentWatch()
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
        is_made_by.wait(WAIT)
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
