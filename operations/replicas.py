"""Reads pages for everyone from replicas of the database; the rest goes to the primary.

Whoever has signed in always reads from the primary, so that they see what they wrote, and so does
every command. A replica is read from while it has the version of the content that the primary was
last seen with: one that lags or fails is left out within a second, and taken back when it is right.
"""

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from random import choice

from django.conf import settings

logger = logging.getLogger(__name__)

PRIMARY = "default"
chosen = ContextVar("chosen", default=None)
healthy = set()


def aliases():
    return [alias for alias in settings.DATABASES if alias != PRIMARY]


def mark(alias, is_healthy, error=None):
    """Note whether a replica can be read from; `error` says why it cannot be reached."""
    if error and alias in healthy:
        logger.warning("%s does not answer: %s", alias, error)
    (healthy.add if is_healthy else healthy.discard)(alias)


@contextmanager
def reading_from_one():
    """Read from one of the healthy replicas in this block, from the primary where there is none.

    Yields its alias.
    """
    alias = choice(tuple(healthy) or (PRIMARY,))  # noqa: S311  (it only spreads the load)
    token = chosen.set(alias)
    try:
        yield alias
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
