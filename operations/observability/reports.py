"""Mails errors to whoever looks after the portal."""

import logging
from time import monotonic

from django.core.mail import mail_admins

from operations.observability.logs import escaped, message_of

logger = logging.getLogger("portal.reports")

PAUSE_SECONDS = 600  # seconds in which the same error is mailed once
MAX_SUBJECT_LENGTH = 150


class MailHandler(logging.Handler):
    """Mails what the log says of an error, and nothing of the request, to the ADMINS."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.sent = {}

    def emit(self, record):
        place = place_of(record)
        if monotonic() < self.sent.get(place, 0):
            return
        self.sent[place] = monotonic() + PAUSE_SECONDS
        subject = escaped(f"{record.levelname}: {message_of(record)}")[:MAX_SUBJECT_LENGTH]
        try:
            mail_admins(subject, self.format(record))
        except Exception:
            # Not handleError(), which would show the record as it came.
            logger.warning("An error could not be mailed.", exc_info=True)


def place_of(record):
    """Return where an error was raised, or logged where there is no exception."""
    trace = record.exc_info and record.exc_info[2]
    if not trace:
        return record.pathname, record.lineno
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_code.co_filename, trace.tb_lineno
