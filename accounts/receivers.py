"""What happens when somebody signs in or out, or changes what they sign in with."""

import logging
import time

from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in as signed_in
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save, pre_save
from django.dispatch import receiver

from accounts import device_notices, known_devices
from accounts.middleware import SIGNED_IN
from accounts.models import User

logger = logging.getLogger(__name__)


@receiver(user_logged_in)
def note_the_time(sender, request, user, **others):
    request.session[SIGNED_IN] = time.time()


@receiver(user_logged_in)
def log_success(sender, request, user, **others):
    """Say by what somebody has signed in; who it was, the log does not know."""
    records = get_authentication_records(request, user)
    kinds = [record.get("type", record["method"]) for record in records]
    logger.info("Somebody signed in.", extra={"fields": {"by": kinds}})


@receiver(user_login_failed)
def log_failure(sender, **others):
    logger.warning("A name and a password were refused.")


@receiver(signed_in)
def tell_of_new_browsers(sender, request, response, user, **others):
    device_notices.note(request, response, user)


@receiver(user_logged_out)
def forget_the_session(sender, request, user, **others):
    UserSession.objects.filter(session_key=request.session.session_key or "").delete()


@receiver(pre_save, sender=UserSession)
def keep_no_address(sender, instance, **others):
    """The portal keeps no addresses of people; allauth's column cannot be empty."""
    instance.ip = "::"
    instance.user_agent = known_devices.name_of(instance.user_agent)


@receiver(post_save, sender=User)
def take_address_for_verified(sender, instance, raw, **others):
    """Believe the e-mail address that an administrator gives; nobody else can set it unverified."""
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
