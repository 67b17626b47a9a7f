"""Knows the version of the content without a database query in every request."""

import logging
import threading
from datetime import datetime
from functools import partial
from time import monotonic
from typing import NamedTuple

from django.db import DatabaseError, InterfaceError, connections

from history.models import ContentVersion
from operations import replicas
from operations.polling_thread import PollingThread
from operations.stalled import cutting_off

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 0.5  # seconds between two checks while there are requests
FRESH_SECONDS = 0.8  # seconds for which a version counts as fresh after it was read
MAX_WAIT_SECONDS = 2  # seconds that a request waits for the first check after a rest
NEVER = float("-inf")  # `seen_at` of a version that was read from a replica: never fresh
RETRY_SECONDS = 5  # seconds after a failed check in which no request waits for another one


class SeenVersion(NamedTuple):
    """A version of the content, as it was read from a database.

    `changed_at` is the time of the last change, None where it is not known; `seen_at` is when it
    was read from the primary, in seconds of monotonic().
    """

    token: str
    changed_at: datetime | None
    seen_at: float


class VersionWatcher:
    """Reads the version of the content in a thread, each half second while there are requests.

    A request waits at most MAX_WAIT_SECONDS, and only for the first check after a rest. Where the
    primary cannot be reached, it gets the version that was read last, marked as not fresh.
    """

    def __init__(self) -> None:
        self.latest: SeenVersion | None = None
        self.failed_at: float | None = None
        self.is_stuck = False  # a request has waited in vain, and no check has ended since
        self.asked_at: float = 0
        self.checked = threading.Condition()
        self.replica_threads = [
            PollingThread(
                alias, partial(self.check_replica, alias), INTERVAL_SECONDS, self.is_in_use
            )
            for alias in replicas.aliases()
        ]
        self.threads = [
            PollingThread("version-watcher", self.check_primary, INTERVAL_SECONDS, self.is_in_use)
        ]
        self.threads += self.replica_threads

    def current(self) -> tuple[SeenVersion | None, bool]:
        """Return the latest version (None where there was none yet) and whether it is fresh."""
        now = self.asked_at = monotonic()
        latest = self.latest
        if latest is not None and now - latest.seen_at < FRESH_SECONDS:
            return latest, True
        return self.wait_for_check(now - FRESH_SECONDS)

    def keep_checking(self) -> None:
        """Let the threads check the databases for a while, without waiting for them.

        For requests that need no version: where a database stalls, a check notices it
        (operations/stalled.py).
        """
        self.asked_at = monotonic()
        for thread in self.threads:
            thread.wake()

    def wait_for_check(self, since: float) -> tuple[SeenVersion | None, bool]:
        """Wake the threads, wait for a check after the time `since`; return as current() does."""
        for thread in self.threads:
            thread.wake()
        with self.checked:
            may_wait = self.failed_at is None or since - self.failed_at >= RETRY_SECONDS
            if may_wait and not self.is_stuck:
                has_ended = self.checked.wait_for(lambda: self.has_checked(since), MAX_WAIT_SECONDS)
                self.is_stuck = not has_ended
        return self.latest, self.latest is not None and self.latest.seen_at >= since

    def has_checked(self, since: float) -> bool:
        """Whether a check of the primary has succeeded or failed at or after a time."""
        times = (self.latest and self.latest.seen_at, self.failed_at)
        return any(time is not None and time >= since for time in times)

    def is_in_use(self) -> bool:
        """Whether a request has asked for the version within the last two intervals."""
        return monotonic() - self.asked_at < 2 * INTERVAL_SECONDS

    def check_primary(self) -> None:
        """Read the version from the primary, and notify the requests that wait for it."""
        now = monotonic()
        try:
            self.latest = SeenVersion(*read_version("default"), now)
            self.failed_at = None
        except (DatabaseError, InterfaceError) as error:
            is_first_failure, self.failed_at = self.failed_at is None, now
            if is_first_failure:
                logger.warning("The version of the content cannot be read: %s", error)
                for thread in self.replica_threads:
                    thread.poll_now()  # Replicas may have a change that was not read here in time.
            connections.close_all()
        with self.checked:
            self.is_stuck = False
            self.checked.notify_all()

    def check_replica(self, alias: str) -> None:
        """Mark a replica as healthy while it has the version that was read last."""
        try:
            version = SeenVersion(*read_version(alias), NEVER)
            if self.failed_at is not None and is_newer(version, self.latest):
                # The primary failed after it had sent a change to the replica, and before that
                # change was read from the primary.
                self.latest = version
            is_healthy = self.latest is not None and version.token == self.latest.token
            replicas.record_health(alias, is_healthy)
        except (DatabaseError, InterfaceError) as error:
            replicas.record_health(alias, False, error)
            connections[alias].close()


def is_newer(version: SeenVersion, known: SeenVersion | None) -> bool:
    """Whether a version changed after a known one; False where a time is missing."""
    if known is None:
        return True
    if version.changed_at is None or known.changed_at is None:
        return False
    return version.changed_at > known.changed_at


def read_version(alias: str) -> tuple[str, datetime | None]:
    """Return the token of the content in a database and the time of its last change.

    They are "" and None where nothing has changed yet. Raises DatabaseError or InterfaceError.
    """
    with cutting_off(alias):
        connections[alias].close_if_unusable_or_obsolete()
        versions = ContentVersion.objects.using(alias).filter(pk=1)
        return versions.values_list("token", "changed_at").first() or ("", None)
