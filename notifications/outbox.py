"""Puts mails into the outbox, in the transaction of what they tell about."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from notifications.models import ALWAYS_SENT, Kind, MailChoices, OutgoingMail, State

if TYPE_CHECKING:
    from django.contrib.auth.models import _User  # of django-stubs: the AUTH_USER_MODEL


def choices_of(person: "_User") -> MailChoices:
    """Return what a person has chosen about mails; not saved yet where they have not chosen."""
    return MailChoices.objects.filter(user=person).first() or MailChoices(user=person)


def wants(choices: MailChoices, kind: Kind) -> bool:
    """Whether a person with these choices gets mails of a kind."""
    is_chosen = settings.NOTIFY_BY_MAIL and kind not in choices.declined
    return kind in ALWAYS_SENT or is_chosen


def queue(person: "_User", kind: Kind, template_prefix: str, context: Mapping[str, Any]) -> None:
    """Put a mail to a person into the outbox; it is sent after the present transaction.

    Its text comes from the templates `PREFIX_subject.txt` and `PREFIX_message.txt`, in the person's
    language, which `{% url %}` follows too; the context has the origin of addresses. A message
    extends `notifications/mail.txt`. Nothing is
    done where the portal sends no mail, or the person gets none of this kind.
    """
    if not (settings.SENDS_MAIL and person.is_active and person.email):
        return
    choices = choices_of(person)
    if not wants(choices, kind):
        return
    with translation.override(choices.language):
        subject = render_to_string(f"{template_prefix}_subject.txt", context)
        body = render_to_string(f"{template_prefix}_message.txt", context)
    OutgoingMail.objects.create(
        recipient=person,
        kind=kind,
        subject=f"{settings.EMAIL_SUBJECT_PREFIX}{' '.join(subject.split())}",
        body=body.strip(),
    )


def withdraw(person: "_User", kind: Kind) -> None:
    """Delete the mails of a kind to a person that are not on their way yet."""
    OutgoingMail.objects.filter(recipient=person, kind=kind, state=State.WAITING).delete()
