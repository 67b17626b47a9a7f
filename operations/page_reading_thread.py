"""Reads the pages of incoming PDF files, by a thread in each process that serves."""

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from ingest.page_reading import read_next_page
from operations.polling_thread import PollingThread

logger = logging.getLogger(__name__)


def read() -> None:
    """Read pages while there are any; a database that is away is asked again later."""
    try:
        while read_next_page():
            pass
    except (DatabaseError, InterfaceError):
        logger.warning("No page of an incoming document could be read.", exc_info=True)
    finally:
        connections.close_all()  # so that no connection is idle until the next interval


def is_needed() -> bool:
    """Whether the thread goes on: always, since another process may have taken a document in."""
    return True


thread = PollingThread("page-reading", read, settings.READ_PAGES_SECONDS, is_needed)


def start(sender: type[object], **options: Any) -> None:
    """Start the thread with the first request of a process (a receiver of request_started)."""
    if settings.READ_PAGES_SECONDS:
        thread.wake()
