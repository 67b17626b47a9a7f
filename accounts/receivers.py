"""Signal receivers: signing in and out, sessions, and e-mail addresses of accounts."""

import logging
import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in as allauth_user_logged_in
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts import device_notices, known_devices, mail_choices
from accounts.middleware import SIGNED_IN_AT
from accounts.models import User

logger = logging.getLogger(__name__)


@receiver(user_logged_in)
def store_sign_in_time(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Store the time in the session, which end_expired_session() reads."""
    request.session[SIGNED_IN_AT] = time.time()


@receiver(user_logged_in)
def log_sign_in(sender: type[User], request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Log the methods of a sign-in, without the name of the person."""
    records = get_authentication_records(request, user)
    kinds = [record.get("type", record["method"]) for record in records]
    logger.info("Somebody signed in.", extra={"fields": {"by": kinds}})


@receiver(user_login_failed)
def log_refused_sign_in(sender: str, **kwargs: Any) -> None:
    """Log that a name and password were refused, without the name."""
    logger.warning("A name and a password were refused.")


@receiver(allauth_user_logged_in)
def notify_of_new_browser(
    sender: type[User],
    request: HttpRequest,
    response: HttpResponseBase,
    user: User,
    **kwargs: Any,
) -> None:
    """Show notices about unknown browsers, and make one for this browser if it is unknown."""
    device_notices.handle_sign_in(request, response, user)


@receiver(allauth_user_logged_in)
def remember_language(sender: type[User], user: User, **kwargs: Any) -> None:
    """Remember the language of the page on which somebody signed in, for mails to them."""
    mail_choices.remember_language(user)


@receiver(user_logged_out)
def delete_user_session(
    sender: type[User] | None, request: HttpRequest, user: User | None, **kwargs: Any
) -> None:
    """Delete allauth's record of the session that ends."""
    UserSession.objects.filter(session_key=request.session.session_key or "").delete()


@receiver(pre_save, sender=UserSession)
def remove_client_details(sender: type[UserSession], instance: UserSession, **kwargs: Any) -> None:
    """Store neither the IP address nor the full User-Agent of a session.

    The column of the address may not be empty, so it gets "::".
    """
    instance.ip = "::"
    instance.user_agent = known_devices.browser_name(instance.user_agent)


@receiver(post_save, sender=User)
def verify_email_of_admin(sender: type[User], instance: User, raw: bool, **kwargs: Any) -> None:
    """Mark the e-mail address of an account as verified when an administrator has set it.

    It stays unverified if another account has the same verified address. People who change their
    own address have to verify it, and a provider of single sign-on says whether it is verified.
    """
    if raw or hasattr(instance, "is_made_by_provider"):
        return
    email = instance.email.lower()
    addresses = EmailAddress.objects.filter(user=instance)
    addresses.filter(primary=True).exclude(email=email).delete()
    if not email or addresses.filter(email=email, verified=True).exists():
        return
    is_taken = EmailAddress.objects.filter(email=email, verified=True).exists()
    addresses.update_or_create(
        user=instance, email=email, defaults={"primary": True, "verified": not is_taken}
    )
