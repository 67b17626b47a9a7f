"""Sessions in the database, for which a reader never waits."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.db import OperationalError

from operations.concurrency import is_reading

logger = logging.getLogger(__name__)


class ReaderSession(SessionBase):
    """A mixin for sessions: where a reader would have to wait for a write, it is dropped.

    It is no loss: it ends a session that is not valid any more, which every later request does
    too, or a sign-in that was left half done.
    """

    def save(self, must_create: bool = False) -> None:
        with dropped_for_readers():
            super().save(must_create)

    def delete(self, session_key: str | None = None) -> None:
        with dropped_for_readers():
            super().delete(session_key)


@contextmanager
def dropped_for_readers() -> Iterator[None]:
    """Log an error of the database instead of raising it, where the request is one of a reader."""
    try:
        yield
    except OperationalError as error:
        if not is_reading.get():
            raise
        logger.warning("The session of a reader could not be written: %s", error)


class SessionStore(ReaderSession, db.SessionStore):
    """Django's sessions in the database, whose writes readers do not wait for."""
