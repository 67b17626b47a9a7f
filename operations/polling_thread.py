"""A thread that looks at something again and again while somebody wants to know."""

import threading

from django.db import connections


class PollingThread:
    """Calls `look()` every `interval` seconds while `is_wanted()`, once wake() was called."""

    def __init__(self, name, look, interval, is_wanted):
        self.name, self.look, self.interval, self.is_wanted = name, look, interval, is_wanted
        self.thread, self.starting = None, threading.Lock()
        self.woken, self.hurried = threading.Event(), threading.Event()

    def wake(self):
        with self.starting:
            # A thread does not survive that its process is forked.
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name=self.name, daemon=True)
                self.thread.start()
        self.woken.set()

    def hurry(self):
        """Look at once, where it is not at rest."""
        self.hurried.set()

    def run(self):
        while True:
            self.woken.wait()
            self.woken.clear()
            while self.is_wanted():
                self.look()
                self.hurried.wait(self.interval)
                self.hurried.clear()
            connections.close_all()
