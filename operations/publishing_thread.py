"""Publishes scheduled content when it is due, by a thread in each process that serves."""

import logging
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from library.scheduled_publishing import publish_due
from operations.polling_thread import PollingThread

logger = logging.getLogger(__name__)


def publish() -> None:
    """Publish what is due; a database that is away is asked again at the next interval."""
    try:
        publish_due()
    except (DatabaseError, InterfaceError):
        logger.warning("What is due could not be published.", exc_info=True)
    finally:
        connections.close_all()  # so that no connection is idle until the next interval


def is_needed() -> bool:
    """Whether the thread goes on: always, since publishing does not depend on requests."""
    return True


thread = PollingThread("scheduled-publishing", publish, settings.PUBLISH_DUE_SECONDS, is_needed)


def start(sender: type[object], **options: Any) -> None:
    """Start the thread with the first request of a process (a receiver of request_started)."""
    if settings.PUBLISH_DUE_SECONDS:
        thread.wake()
