"""Reads pages for everyone from replicas of the database; the rest goes to the primary.

Whoever has signed in always reads from the primary, so that they see what they wrote, and so does
every command. A replica is read from while it has the version of the content that the primary was
last seen with: one that lags or fails is left out within a second, and taken back when it is right.
"""

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from random import shuffle
from time import monotonic

from django.conf import settings

logger = logging.getLogger(__name__)

PRIMARY = "default"
TRUSTED_SECONDS = 1  # seconds
chosen = ContextVar("chosen", default=None)
right_at = {}  # when each healthy replica was last seen to be right


def aliases():
    return [alias for alias in settings.DATABASES if alias != PRIMARY]


def mark(alias, is_healthy, error=None):
    """Note whether a replica can be read from; `error` says why it cannot be reached."""
    if error and alias in right_at:
        logger.warning("%s does not answer: %s", alias, error)
    if is_healthy:
        right_at[alias] = monotonic()
    else:
        right_at.pop(alias, None)


def in_turn():
    """Return what to read from: healthy replicas, the primary, and then what else there is."""
    since = monotonic() - TRUSTED_SECONDS
    found = [alias for alias, time in right_at.copy().items() if time >= since]
    shuffle(found)
    return [*found, PRIMARY, *(alias for alias in aliases() if alias not in found)]


@contextmanager
def reading_from(alias):
    token = chosen.set(alias)
    try:
        yield
    finally:
        chosen.reset(token)


class ReplicaRouter:
    """Tells Django where to read and write, as its documentation of routers asks."""

    def db_for_read(self, model, **hints):
        return chosen.get() or PRIMARY

    def db_for_write(self, model, **hints):
        return PRIMARY

    def allow_relation(self, one, other, **hints):
        return True

    def allow_migrate(self, db, app_label, **hints):
        return db == PRIMARY
