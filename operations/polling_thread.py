"""A background thread that polls something at an interval while the result is needed."""

import threading
from collections.abc import Callable

from django.db import connections


class PollingThread:
    """Calls `poll()` every `interval` seconds after wake(), until `is_needed()` is false.

    Then it closes its database connections and rests until the next wake().
    """

    def __init__(
        self,
        name: str,
        poll: Callable[[], None],
        interval: float,
        is_needed: Callable[[], bool],
    ) -> None:
        self.name, self.poll, self.interval, self.is_needed = name, poll, interval, is_needed
        self.thread: threading.Thread | None = None
        self.start_lock = threading.Lock()
        self.wake_requested, self.poll_requested = threading.Event(), threading.Event()

    def wake(self) -> None:
        """Start polling, or go on with it; starts the thread where it does not run."""
        with self.start_lock:
            # A forked process does not have the threads of its parent.
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name=self.name, daemon=True)
                self.thread.start()
        self.wake_requested.set()

    def poll_now(self) -> None:
        """Poll at once instead of after the interval; a thread that rests goes on resting."""
        self.poll_requested.set()

    def run(self) -> None:
        while True:
            self.wake_requested.wait()
            self.wake_requested.clear()
            while self.is_needed():
                self.poll()
                self.poll_requested.wait(self.interval)
                self.poll_requested.clear()
            connections.close_all()
