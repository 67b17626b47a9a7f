"""Knows the version of the content without asking the database on every request."""

import logging
import threading
from time import monotonic, sleep

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from bilingual.models import ContentVersion
from library.schedule import publish_due

logger = logging.getLogger(__name__)

INTERVAL = 0.4  # seconds between two looks while there are readers
FRESH = 0.5  # seconds that what was seen is believed
PATIENCE = 2  # seconds that a reader waits for the first look after a rest
RETRY = 5  # seconds after a failed look in which nobody waits for another one


class Seen:
    """A version of the content: its token, when it came to be, and when it was looked up."""

    __slots__ = ("at", "changed_at", "token")

    def __init__(self, token, changed_at, at):
        self.token, self.changed_at, self.at = token, changed_at, at


class ContentWatch:
    """Looks at the version of the content from a thread of its own, at most every INTERVAL.

    The thread rests while nobody asks, and readers never wait for a database that is away: they
    are told the version that was seen last, and that it may not be the newest. It also publishes
    what is due, since readers of kept pages pass no middleware.
    """

    def __init__(self, look=None):
        self.look = look or look_up
        self.seen, self.failed_at, self.asked_at = None, None, 0
        self.thread, self.starting = None, threading.Lock()
        self.asked, self.looked = threading.Event(), threading.Condition()
        self.due_at = 0

    def current(self):
        """Return what was seen last (None where nothing ever was), and whether it is believed."""
        now = self.asked_at = monotonic()
        seen = self.seen
        if seen is not None and now - seen.at < FRESH:
            return seen, True
        return self.awaited(now)

    def awaited(self, now):
        self.start()
        since = now - FRESH
        with self.looked:
            self.asked.set()
            if self.failed_at is None or now - self.failed_at >= RETRY:
                self.looked.wait_for(lambda: self.has_looked(since), PATIENCE)
        return self.seen, self.seen is not None and self.seen.at >= since

    def has_looked(self, since):
        times = (self.seen and self.seen.at, self.failed_at)
        return any(time is not None and time >= since for time in times)

    def start(self):
        with self.starting:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="content-watch", daemon=True)
                self.thread.start()

    def run(self):
        while True:
            self.asked.wait()
            self.asked.clear()
            while monotonic() - self.asked_at < 2 * INTERVAL:
                self.once()
                sleep(INTERVAL)
            if not self.asked.is_set():
                connections.close_all()

    def once(self):
        """Look once, and say so to whoever waits."""
        at = monotonic()
        try:
            self.seen = Seen(*self.look(), at)
            self.failed_at = None
        except (DatabaseError, InterfaceError) as error:
            if self.failed_at is None:
                logger.warning("The version of the content cannot be read: %s", error)
            self.failed_at = at
            connections.close_all()
        with self.looked:
            self.looked.notify_all()
        if self.failed_at is None and at >= self.due_at and settings.PUBLISH_DUE_EVERY:
            self.publish(at)

    def publish(self, at):
        self.due_at = at + settings.PUBLISH_DUE_EVERY
        try:
            publish_due()
        except (DatabaseError, InterfaceError):
            logger.warning("What is due could not be published.", exc_info=True)


def look_up():
    """Return the token of the content and the time of its last change. Raises DatabaseError."""
    connections["default"].close_if_unusable_or_obsolete()
    found = ContentVersion.objects.using("default").filter(pk=1)
    return found.values_list("token", "changed_at").first() or ("", None)
