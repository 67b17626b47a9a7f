"""Read replicas: pages for the public are read from them, everything else from the primary.

People who have signed in always read from the primary, so that they see what they wrote; so does
every command. A replica is healthy while it has the version of the content that was last read from
the primary: one that lags or fails is left out within a second, and taken back when it has caught
up.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from random import shuffle
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import models

logger = logging.getLogger(__name__)

PRIMARY = "default"
TRUSTED_SECONDS = 1  # seconds for which a replica counts as healthy after a check
# The database that is read from.
current_alias: ContextVar[str | None] = ContextVar("current_alias", default=None)
# The alias of each healthy replica → the time of its last check, in monotonic() seconds.
healthy_at: dict[str, float] = {}


def aliases() -> list[str]:
    """Return the aliases of the replicas in settings.DATABASES."""
    return [alias for alias in settings.DATABASES if alias != PRIMARY]


def record_health(alias: str, is_healthy: bool, error: Exception | None = None) -> None:
    """Record whether a replica can be read from; `error` is why it cannot be reached, if so."""
    if error and alias in healthy_at:
        logger.warning("%s does not answer: %s", alias, error)
    if is_healthy:
        healthy_at[alias] = monotonic()
    else:
        healthy_at.pop(alias, None)


def read_order() -> list[str]:
    """Return all aliases in the order to try them: healthy replicas, primary, other replicas.

    The healthy replicas are shuffled, so that they share the load.
    """
    since = monotonic() - TRUSTED_SECONDS
    healthy = [alias for alias, time in healthy_at.copy().items() if time >= since]
    shuffle(healthy)
    return [*healthy, PRIMARY, *(alias for alias in aliases() if alias not in healthy)]


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """Let the ORM read from this database within the block."""
    token = current_alias.set(alias)
    try:
        yield
    finally:
        current_alias.reset(token)


class ReplicaRouter:
    """A database router of Django: reads go to `current_alias`, writes to the primary."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return current_alias.get() or PRIMARY

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        return PRIMARY

    def allow_relation(self, obj1: models.Model, obj2: models.Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY
