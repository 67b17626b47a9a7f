"""Sends the mails of the outbox, each at most once, by any number of processes.

A process claims a mail by an UPDATE that is committed before it connects to the mail server. So the
claim of a process that died shows that the mail may have been sent, and nobody sends it again.
"""

import logging
from contextlib import suppress
from datetime import timedelta
from enum import Enum, auto
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils import timezone

from notifications.models import OutgoingMail, State
from notifications.smtp import UnansweredError

logger = logging.getLogger(__name__)

# Sent before each look for mails that are due: a receiver may queue those that time makes due.
due_mails_wanted = Signal()

# The pauses before the second attempt and the further ones; then the mail has failed.
PAUSES = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
]
CLAIM_TERM = timedelta(minutes=15)  # longer than any attempt takes
FIRST_PERMANENT_CODE = 500  # of the replies of a mail server


class Outcome(Enum):
    """What an attempt to send a mail has shown."""

    ACCEPTED = auto()
    UNREACHABLE = auto()  # the server took no mail at all
    POSTPONED = auto()  # the server did not take this one for the time being
    REFUSED = auto()
    UNKNOWN = auto()


END_STATES = {
    Outcome.ACCEPTED: State.SENT,
    Outcome.UNREACHABLE: State.FAILED,
    Outcome.POSTPONED: State.FAILED,
    Outcome.REFUSED: State.FAILED,
    Outcome.UNKNOWN: State.UNCERTAIN,
}


def send_due() -> int:
    """Send the mails that are due; return how many the server has accepted.

    Where the server cannot be reached, the others wait for the next call.
    """
    due_mails_wanted.send(OutgoingMail)
    end_abandoned()
    due = OutgoingMail.objects.filter(state=State.WAITING, next_attempt__lte=timezone.now())
    accepted = 0
    for pk in list(due.values_list("pk", flat=True)):
        mail = claim(pk)
        if mail is None:
            continue
        outcome = attempt(mail)
        settle(mail, outcome)
        accepted += outcome is Outcome.ACCEPTED
        if outcome is Outcome.UNREACHABLE:
            break
    return accepted


def end_abandoned() -> None:
    """Give up the mails whose process has died while it sent them."""
    abandoned = OutgoingMail.objects.filter(
        state=State.CLAIMED, claimed_at__lt=timezone.now() - CLAIM_TERM
    )
    if abandoned.exists():  # an UPDATE of nothing would keep others from writing, too
        end(abandoned, State.UNCERTAIN)


def end(mails: QuerySet[OutgoingMail], state: State) -> None:
    """Give mails their last state, and delete their texts, which nobody needs any more."""
    mails.update(state=state, ended_at=timezone.now(), subject="", body="")


def claim(pk: int) -> OutgoingMail | None:
    """Claim a mail for this process; None where another one was quicker, or nobody is to get it."""
    with transaction.atomic(durable=True):
        now = timezone.now()
        due = OutgoingMail.objects.filter(pk=pk, state=State.WAITING, next_attempt__lte=now)
        if not due.update(state=State.CLAIMED, claimed_at=now):
            return None
        mail = OutgoingMail.objects.select_related("recipient").get(pk=pk)
        if mail.recipient.is_active and mail.recipient.email:
            return mail
        mail.delete()
        return None


def attempt(mail: OutgoingMail) -> Outcome:
    """Send a mail that this process has claimed, and say what came of it."""
    message = EmailMessage(mail.subject, mail.body, to=[mail.recipient.email])
    connection = mailers.default
    try:
        return deliver(message, connection)
    except Exception:
        # Whatever it was: the server may have the mail.
        logger.exception("A mail may have been sent, or not.")
        return Outcome.UNKNOWN
    finally:
        with suppress(OSError):
            connection.close()


def deliver(message: EmailMessage, connection: BaseEmailBackend) -> Outcome:
    """Send a message by a connection that is not open yet, and say what came of it."""
    try:
        connection.open()
    except OSError:
        logger.warning("The mail server takes no mail.", exc_info=True)
        return Outcome.UNREACHABLE
    try:
        connection.send_messages([message])
    except UnansweredError:
        logger.warning("The mail server did not say whether it accepted a mail.", exc_info=True)
        return Outcome.UNKNOWN
    except SMTPRecipientsRefused as error:
        ((code, _words),) = error.recipients.values()
        return refusal(code)
    except SMTPResponseException as error:
        return refusal(error.smtp_code)
    except ValueError:
        logger.warning("A mail could not be sent to an address of this form.")
        return Outcome.REFUSED
    except OSError:
        logger.warning("The mail server went away before it was given a mail.", exc_info=True)
        return Outcome.POSTPONED
    return Outcome.ACCEPTED


def refusal(code: int) -> Outcome:
    """Return the outcome for the code with which a server refuses a mail."""
    logger.warning("The mail server refused a mail.", extra={"fields": {"code": code}})
    return Outcome.REFUSED if code >= FIRST_PERMANENT_CODE else Outcome.POSTPONED


def settle(mail: OutgoingMail, outcome: Outcome) -> None:
    """Write what came of an attempt: the mail has ended, or waits for the next attempt."""
    row = OutgoingMail.objects.filter(pk=mail.pk, state=State.CLAIMED)
    row.update(attempts=mail.attempts + 1)
    may_wait = outcome in {Outcome.UNREACHABLE, Outcome.POSTPONED}
    if may_wait and mail.attempts < len(PAUSES):
        next_attempt = timezone.now() + PAUSES[mail.attempts]
        row.update(state=State.WAITING, claimed_at=None, next_attempt=next_attempt)
    else:
        end(row, END_STATES[outcome])
