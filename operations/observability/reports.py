"""Mails errors to the administrators of the server."""

import logging
import threading
from time import monotonic

from django.core.mail import mail_admins

from operations.observability.logs import escape, record_message

logger = logging.getLogger("portal.reports")

PAUSE_SECONDS = 600  # seconds in which an error from one place in the code is mailed once
MAX_SUBJECT_LENGTH = 150  # characters


class MailHandler(logging.Handler):
    """Mails the formatted record of an error to settings.ADMINS, without data of the request.

    Each mail is sent in a thread of its own: a mail server that does not answer must not keep the
    request waiting, nor other threads that log an error. A process ends only after its mails.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        # Location of an error → monotonic() seconds.
        self.muted_until: dict[tuple[str, int], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        location = error_location(record)
        if monotonic() < self.muted_until.get(location, 0):
            return
        self.muted_until[location] = monotonic() + PAUSE_SECONDS
        subject = escape(f"{record.levelname}: {record_message(record)}")[:MAX_SUBJECT_LENGTH]
        arguments = (subject, self.format(record))
        try:
            threading.Thread(target=send, args=arguments, name="error-mail").start()
        except RuntimeError:  # no thread can be started while the process ends
            send(*arguments)


def send(subject: str, text: str) -> None:
    """Mail a text to the administrators, or log that it could not be sent."""
    try:
        mail_admins(subject, text)
    except Exception:
        # Not handleError(), which would write the record unformatted, with data of the request.
        logger.warning("An error could not be mailed.", exc_info=True)


def error_location(record: logging.LogRecord) -> tuple[str, int]:
    """Return the file name and line number that raised the exception of a record.

    Without an exception, it is the place of the call to the logger.
    """
    trace = record.exc_info and record.exc_info[2]
    if not trace:
        return record.pathname, record.lineno
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno
