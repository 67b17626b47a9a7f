"""Few requests are worked on at once, with few connections, in however many threads."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.http import HttpResponse
from django.test import RequestFactory

from operations import concurrency
from operations.concurrency import BusyError, ConcurrencyLimit, ConcurrencyMiddleware
from operations.connection_pool import ConnectionPool
from operations.version_watcher import VersionWatcher


def test_limit_lets_some_in_some_wait_and_refuses_others(monkeypatch):
    monkeypatch.setattr(concurrency, "MAX_WAIT_SECONDS", 60)
    limit, leave, inside = ConcurrencyLimit(2, 1), threading.Event(), []

    def work():
        with limit.turn():
            inside.append(1)
            leave.wait()

    with ThreadPoolExecutor(3) as pool:
        working = [pool.submit(work) for _ in range(3)]
        while limit.places.acquire(blocking=False):  # until one waits
            limit.places.release()
        with pytest.raises(BusyError):
            work()
        assert len(inside) == 2
        leave.set()
        for each in working:
            each.result()
    assert len(inside) == 3
    work()  # and all have left


def test_request_that_waits_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(concurrency, "MAX_WAIT_SECONDS", 0)
    limit = ConcurrencyLimit(1, 1)
    with limit.turn():
        for _ in range(2):  # the place of the first one is free again
            with pytest.raises(BusyError), limit.turn():
                pass


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/healthz", 200),
        ("get", "/metrics", 200),
        ("post", "/healthz", 200),
        ("get", "/en/goals/", 503),
        ("get", "/en/accounting/", 503),
        ("get", "/en/account/", 200),
        ("post", "/en/goals/", 200),
    ],
)
def test_busy_readers_keep_nobody_else_out(monkeypatch, method, path, status):
    monkeypatch.setattr(concurrency, "MAX_WAIT_SECONDS", 0)
    middleware = ConcurrencyMiddleware(lambda request: HttpResponse())
    with middleware.readers.turn(), middleware.readers.turn():
        assert middleware(getattr(RequestFactory(), method)(path)).status_code == status


def test_health_is_answered_without_a_session():
    request = RequestFactory().get("/healthz", headers={"cookie": "sessionid=x"})
    response = ConcurrencyMiddleware(lambda request: HttpResponse(str(request.COOKIES)))(request)
    assert response.content == b"{}"


@pytest.mark.django_db(transaction=True)
def test_threads_one_after_another_share_a_connection():
    pool, used = ConnectionPool(), []

    def ask():
        with pool.lend(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            used.append(connections["default"].connection)
        assert not connections.all(initialized_only=True)

    for _ in range(3):
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    ((shared,),) = pool.free
    assert used == [shared.connection] * 3
    shared.connection.close()  # close() of Django keeps the database of the tests open


def test_only_the_first_request_waits_for_a_check_that_never_ends(monkeypatch):
    monkeypatch.setattr("operations.version_watcher.MAX_WAIT_SECONDS", 0.1)
    watcher, end = VersionWatcher(), threading.Event()
    watcher.threads[0].poll = end.wait  # also after the test, while the thread ends
    assert watcher.current() == (None, False)
    monkeypatch.setattr("operations.version_watcher.MAX_WAIT_SECONDS", 60)
    started = time.monotonic()
    assert watcher.current() == (None, False)
    assert time.monotonic() - started < 60
    end.set()
