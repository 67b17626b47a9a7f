"""Knows the version of the content without asking the database on every request."""

import logging
import threading
from functools import partial
from time import monotonic
from typing import NamedTuple

from django.db import DatabaseError, InterfaceError, connections

from history.models import ContentVersion
from operations import replicas
from operations.polling_thread import PollingThread

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 0.5  # seconds between two looks while there are readers
FRESH_SECONDS = 0.8  # seconds that what was seen is believed
MAX_WAIT_SECONDS = 2  # seconds that a reader waits for the first look after a rest
NEVER = float("-inf")  # when what a replica says was seen in the primary
RETRY_SECONDS = 5  # seconds after a failed look in which nobody waits for another one


class Seen(NamedTuple):
    """A version of the content: its token, when it came to be, and when it was looked up."""

    token: str
    changed_at: object
    at: float


class VersionWatcher:
    """Looks at the version of the content from a thread of its own, at most every INTERVAL_SECONDS.

    The thread rests while nobody asks, and readers never wait for a database that is away: they
    are told the version that was seen last, and that it may not be the newest.
    """

    def __init__(self):
        self.seen, self.failed_at, self.asked_at = None, None, 0
        self.looked = threading.Condition()
        self.of_replicas = [
            PollingThread(
                alias, partial(self.look_at_replica, alias), INTERVAL_SECONDS, self.is_wanted
            )
            for alias in replicas.aliases()
        ]
        self.threads = [
            PollingThread("version-watcher", self.look, INTERVAL_SECONDS, self.is_wanted)
        ]
        self.threads += self.of_replicas

    def current(self):
        """Return what was seen last (None where nothing ever was), and whether it is believed."""
        now = self.asked_at = monotonic()
        seen = self.seen
        if seen is not None and now - seen.at < FRESH_SECONDS:
            return seen, True
        return self.awaited(now - FRESH_SECONDS)

    def awaited(self, since):
        for thread in self.threads:
            thread.wake()
        with self.looked:
            if self.failed_at is None or since - self.failed_at >= RETRY_SECONDS:
                self.looked.wait_for(lambda: self.has_looked(since), MAX_WAIT_SECONDS)
        return self.seen, self.seen is not None and self.seen.at >= since

    def has_looked(self, since):
        times = (self.seen and self.seen.at, self.failed_at)
        return any(time is not None and time >= since for time in times)

    def is_wanted(self):
        return monotonic() - self.asked_at < 2 * INTERVAL_SECONDS

    def look(self):
        """Look once, and say so to whoever waits."""
        at = monotonic()
        try:
            self.seen = Seen(*version_in("default"), at)
            self.failed_at = None
        except (DatabaseError, InterfaceError) as error:
            is_news, self.failed_at = self.failed_at is None, at
            if is_news:
                logger.warning("The version of the content cannot be read: %s", error)
                for thread in self.of_replicas:
                    thread.hurry()  # They may have a change that was not seen in the primary.
            connections.close_all()
        with self.looked:
            self.looked.notify_all()

    def look_at_replica(self, alias):
        """Let readers be sent to a replica while it has the content that was seen last."""
        try:
            found = Seen(*version_in(alias), NEVER)
            if self.failed_at is not None and is_newer(found, self.seen):
                # The primary has gone before its last change was seen, but not before it was sent.
                self.seen = found
            replicas.mark(alias, self.seen is not None and found.token == self.seen.token)
        except (DatabaseError, InterfaceError) as error:
            replicas.mark(alias, False, error)
            connections[alias].close()


def is_newer(found, seen):
    """Whether a version came to be after the one that was seen, where the times are known."""
    if seen is None:
        return True
    return None not in (found.changed_at, seen.changed_at) and found.changed_at > seen.changed_at


def version_in(alias):
    """Return the token of the content and the time of its last change. Raises DatabaseError."""
    connections[alias].close_if_unusable_or_obsolete()
    found = ContentVersion.objects.using(alias).filter(pk=1)
    return found.values_list("token", "changed_at").first() or ("", None)
