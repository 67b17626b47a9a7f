"""Whoever looks at something rests while nobody asks, and can be hurried."""

import threading

import pytest

from operations.polling_thread import PollingThread
from tests.conftest import once

pytestmark = [pytest.mark.django_db, once]


def test_thread_that_is_hurried_does_not_wait():
    looked, wanted = threading.Semaphore(0), threading.Event()
    wanted.set()
    thread = PollingThread("test", looked.release, 600, wanted.is_set)
    thread.wake()
    assert looked.acquire(timeout=10)
    assert not looked.acquire(timeout=0.1)
    thread.hurry()
    assert looked.acquire(timeout=10)

    wanted.clear()
    thread.hurry()  # nobody wants to know any more: it rests
    assert not looked.acquire(timeout=0.2)
    wanted.set()
    thread.wake()
    assert looked.acquire(timeout=10)
    wanted.clear()
    thread.hurry()
