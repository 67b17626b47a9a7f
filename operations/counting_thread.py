"""Writes the counts of queries that found nothing, by a thread in each process that serves."""

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from operations.polling_thread import PollingThread
from search.unanswered import has_pending, write_pending

logger = logging.getLogger(__name__)


def write() -> None:
    """Write what was counted; a database that is away or locked is tried at the next interval."""
    try:
        write_pending()
    except (DatabaseError, InterfaceError):
        logger.warning("Queries that found nothing could not be counted.", exc_info=True)
    finally:
        connections.close_all()  # so that no connection is idle until the next interval


thread = PollingThread("unanswered-queries", write, settings.WRITE_COUNTS_SECONDS, has_pending)


def start(sender: type[object], **options: Any) -> None:
    """Wake the thread after a request that counted something (a receiver of request_finished)."""
    if settings.WRITE_COUNTS_SECONDS and has_pending():
        thread.wake()
