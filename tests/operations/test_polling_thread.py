"""A polling thread rests while it is not needed, and can be made to poll at once."""

import threading

import pytest

from operations.polling_thread import PollingThread
from tests.conftest import sqlite_only

pytestmark = [pytest.mark.django_db, sqlite_only]


def test_thread_that_has_to_poll_now_does_not_wait():
    polled, needed = threading.Semaphore(0), threading.Event()
    needed.set()
    thread = PollingThread("test", polled.release, 600, needed.is_set)
    thread.wake()
    assert polled.acquire(timeout=10)
    assert not polled.acquire(timeout=0.1)
    thread.poll_now()
    assert polled.acquire(timeout=10)

    needed.clear()
    thread.poll_now()  # it is not needed any more and rests
    assert not polled.acquire(timeout=0.2)
    needed.set()
    thread.wake()
    assert polled.acquire(timeout=10)
    needed.clear()
    thread.poll_now()
