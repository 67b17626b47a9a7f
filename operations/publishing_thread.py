"""Publishes what is due in each process that serves, whether anybody reads or not."""

import logging

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from library.scheduled_publishing import publish_due
from operations.polling_thread import PollingThread

logger = logging.getLogger(__name__)


def publish():
    """Publish what is due; a database that is away is asked again next time."""
    try:
        publish_due()
    except (DatabaseError, InterfaceError):
        logger.warning("What is due could not be published.", exc_info=True)
    finally:
        connections.close_all()  # held by nobody until the next look


def is_wanted():
    return True


thread = PollingThread("scheduled-publishing", publish, settings.PUBLISH_DUE_SECONDS, is_wanted)


def start(sender, **options):
    """Start the thread with the first request of a process (a receiver of request_started)."""
    if settings.PUBLISH_DUE_SECONDS:
        thread.wake()
