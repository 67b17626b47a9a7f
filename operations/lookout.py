"""A thread that looks at something again and again while somebody wants to know."""

import threading
from time import sleep

from django.db import connections


class Lookout:
    """Calls `look()` every `interval` seconds while `is_wanted()`, once wake() was called."""

    def __init__(self, name, look, interval, is_wanted):
        self.name, self.look, self.interval, self.is_wanted = name, look, interval, is_wanted
        self.thread, self.starting, self.woken = None, threading.Lock(), threading.Event()

    def wake(self):
        with self.starting:
            # A thread does not survive that its process is forked.
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name=self.name, daemon=True)
                self.thread.start()
        self.woken.set()

    def run(self):
        while True:
            self.woken.wait()
            self.woken.clear()
            while self.is_wanted():
                self.look()
                sleep(self.interval)
            connections.close_all()
