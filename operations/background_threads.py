"""The threads that work beside the requests in each process that serves."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from ingest.page_reading import read_next_page
from library.scheduled_publishing import hide_due, publish_due
from notifications.sending import send_due
from operations.polling_thread import PollingThread
from search.unanswered import has_pending, write_pending

logger = logging.getLogger(__name__)


def task(failure: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Decorator of what a thread does: it logs `failure` where the database is away or locked.

    The thread tries again at its next interval.
    """

    def decorate(work: Callable[[], None]) -> Callable[[], None]:
        @wraps(work)
        def run() -> None:
            try:
                work()
            except (DatabaseError, InterfaceError):
                logger.warning(failure, exc_info=True)
            finally:
                connections.close_all()  # so that no connection is idle until the next interval

        return run

    return decorate


@task("What is due could not be published or hidden.")
def publish() -> None:
    """Publish the drafts and hide the pages whose set times have passed."""
    hide_due()
    publish_due()


@task("No page of an incoming document could be read.")
def read_pages() -> None:
    """Read pages of incoming PDF files while there are any."""
    while read_next_page():
        pass


@task("Mails could not be sent.")
def send_mail() -> None:
    """Send the mails that are due."""
    send_due()


@task("Queries that found nothing could not be counted.")
def write_counts() -> None:
    """Write the counts of queries that found nothing."""
    write_pending()


def always() -> bool:
    """Whether a thread goes on that has work without any request to this process."""
    return True


publishing = PollingThread("scheduled-publishing", publish, settings.PUBLISH_DUE_SECONDS, always)
page_reading = PollingThread("page-reading", read_pages, settings.READ_PAGES_SECONDS, always)
mailing = PollingThread("mail", send_mail, settings.SEND_MAIL_SECONDS, always)
counting = PollingThread(
    "unanswered-queries", write_counts, settings.WRITE_COUNTS_SECONDS, has_pending
)


def start(sender: type[object], **options: Any) -> None:
    """Start what needs no request with the first one (a receiver of request_started)."""
    if settings.PUBLISH_DUE_SECONDS:
        publishing.wake()
    if settings.READ_PAGES_SECONDS:
        page_reading.wake()
    if settings.SENDS_MAIL and settings.SEND_MAIL_SECONDS:
        mailing.wake()


def start_counting(sender: type[object], **options: Any) -> None:
    """Wake the thread after a request that counted something (a receiver of request_finished)."""
    if settings.WRITE_COUNTS_SECONDS and has_pending():
        counting.wake()
