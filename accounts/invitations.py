"""Invitations: administrators make an account, and its owner sets the password by a link."""

import logging
import secrets
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Invitation, User
from notifications import outbox
from notifications.models import Kind, MailChoices

logger = logging.getLogger(__name__)

LINK_DAYS = 7
KEPT_TERM = timedelta(days=30)  # since the link has expired
KEY_BYTES = 32


def hash_of(key: str) -> str:
    """Return the hash of the key of a link."""
    return sha256(key.encode()).hexdigest()


@transaction.atomic
def invite(
    username: str,
    email: str,
    groups: Iterable[Group],
    language: str,
    made_by: User | None,
    origin: str,
) -> tuple[User, str]:
    """Make an account of the staff without a password, and invite its owner.

    `origin` is that of the link. Returns the account and the link.
    """
    person = User(username=username, email=email, is_staff=True)
    person.set_unusable_password()
    person.save()
    person.groups.set(groups)
    MailChoices.objects.create(user=person, language=language)
    return person, send(person, made_by, origin)


@transaction.atomic
def send(person: User, made_by: User | None, origin: str) -> str:
    """Put an invitation into the outbox, and return its link; links sent before are good no more.

    Where the portal sends no mail, nothing else is done with the link.
    """
    key, now = secrets.token_urlsafe(KEY_BYTES), timezone.now()
    invitation, _is_new = Invitation.objects.update_or_create(
        user=person,
        defaults={
            "made": now,
            "made_by": made_by,
            "sent_to": person.email,
            "key_hash": hash_of(key),
            "until": now + timedelta(days=LINK_DAYS),
        },
    )
    with translation.override(outbox.choices_of(person).language):
        link = origin + reverse("account_invitation", query={"key": key})
    context = {"username": person.get_username(), "link": link, "until": invitation.until}
    outbox.withdraw(person, Kind.INVITATION)
    outbox.queue(person, Kind.INVITATION, "accounts/email/invitation", context)
    return link


def is_mailed(person: User) -> bool:
    """Whether the link of an invitation goes to its reader by mail."""
    return settings.SENDS_MAIL and bool(person.email)


def find_open(key: str) -> Invitation | None:
    """Return the invitation whose link has a key, None if it is not good.

    It and its account are locked in this transaction, and read from where they are written.
    """
    found = Invitation.objects.select_for_update().filter(key_hash=hash_of(key)).first()
    if found is None:
        return None
    found.user = User.objects.select_for_update().get(pk=found.user_id)
    return found if found.is_open else None


def accept(invitation: Invitation) -> None:
    """Note that the owner has set the password; the link is good no more."""
    invitation.accepted_at, invitation.key_hash = timezone.now(), ""
    invitation.save(update_fields=["accepted_at", "key_hash"])
    logger.info("An invitation was accepted.", extra={"fields": {"account": invitation.user_id}})


@transaction.atomic
def withdraw(invitation: Invitation) -> bool:
    """Delete an invitation, and its account where nobody has used it; return whether that was."""
    locked = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    if locked is None:
        return False
    was_pending = locked.is_pending
    if was_pending:
        locked.user.delete()
    else:
        locked.delete()
    return was_pending


def clear_expired() -> int:
    """Delete the invitations whose links have long expired; return their number.

    The accounts that nobody has used are deleted with them.
    """
    expired = list(Invitation.objects.filter(until__lt=timezone.now() - KEPT_TERM))
    for invitation in expired:
        withdraw(invitation)
    return len(expired)
