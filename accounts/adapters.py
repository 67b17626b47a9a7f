"""How django-allauth behaves here."""

import logging
import threading
import time
from ipaddress import IPv6Address, ip_address, ip_network

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import second_factor, secrets
from accounts.client_ip import address_of

logger = logging.getLogger(__name__)

TOO_MANY = _(
    "There were too many attempts from here or for this account. "
    "Please wait five minutes and try again."
)
# For the log, by the code of an error that people see.
REFUSALS = {
    "too_many_login_attempts": "Too many attempts to sign in were refused.",
    "rate_limited": "Too many requests about accounts were refused.",
    "incorrect_password": "A password was refused.",
    "incorrect_code": "A code was refused.",
}


class LoggedErrors:
    """Says in the log what was refused, and not to whom."""

    def validation_error(self, code, *values):
        if code in REFUSALS:
            logger.warning(REFUSALS[code])
        return super().validation_error(code, *values)


class AccountAdapter(LoggedErrors, DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("There is no account with this name and password."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request):
        """Administrators make accounts; nobody makes one for themselves."""
        return False

    def get_login_redirect_url(self, request):
        return reverse("admin:index" if request.user.is_staff else "account_home")

    def get_logout_redirect_url(self, request):
        return reverse("account_login")

    def get_password_change_redirect_url(self, request):
        return reverse("account_home")

    def is_safe_url(self, url):
        """Whether a page may be led to: one of this host, and of no other that is allowed."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, {request.get_host()}, require_https=request.is_secure()
        )

    def get_client_ip(self, request):
        """Return what attempts are counted by: a mark of the address, which is kept nowhere."""
        network = network_of(address_of(request))
        return salted_hmac("accounts.client", network, algorithm="sha256").hexdigest()

    def send_mail(self, template_prefix, email, context):
        """Send a mail without keeping anybody waiting: time would tell whether it was sent."""
        message = self.render_mail(template_prefix, email, context | {"email": email})
        threading.Thread(target=send, args=[message]).start()

    def format_email_subject(self, subject):
        return f"{settings.EMAIL_SUBJECT_PREFIX}{subject}"

    def is_reauthentication_required(self, *, app, **others):
        """Whoever has signed in a moment ago is not asked for their password again."""
        request = context.request
        records = get_authentication_records(request, request.user)
        if records and time.time() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT:
            return False
        return super().is_reauthentication_required(app=app, **others)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Lets a provider sign in the account that has the e-mail address which it has verified."""

    def get_requests_session(self):
        """Return what asks the provider: it goes nowhere else, and believes its own metadata."""
        from accounts.single_sign_on import refuse_other_issuers

        session = super().get_requests_session()
        session.max_redirects = 0
        session.hooks["response"].append(refuse_other_issuers)
        return session

    def authenticate_by_email(self, sociallogin):
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        found = EmailAddress.objects.filter(email__in=verified, verified=True)
        people = {address.user: address.email for address in found.select_related("user")}
        return next(iter(people.items())) if len(people) == 1 else None

    def new_user(self, request, sociallogin):
        user = super().new_user(request, sociallogin)
        user.is_made_by_provider = True  # django-allauth writes the address itself
        return user

    def is_open_for_signup(self, request, sociallogin):
        """Whether an account is made for somebody who has none: with an address of their own."""
        addresses = sociallogin.email_addresses
        emails = [address.email.lower() for address in addresses if address.verified]
        is_known = EmailAddress.objects.filter(email__in=emails).exists()
        return settings.OIDC_CREATE and bool(emails) and not is_known


class SecondFactorAdapter(LoggedErrors, DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is wrong, or was used before. Please take the next one."),
        "cannot_delete_authenticator": second_factor.LAST,
    }

    def encrypt(self, text):
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text):
        return secrets.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator):
        return second_factor.may_remove(authenticator)

    def get_totp_label(self, user):
        return user.get_username()

    def generate_authenticator_name(self, user, type):
        return gettext("Passkey")

    def _get_site_name(self):
        return settings.MFA_TOTP_ISSUER


def network_of(address):
    """Return what one client cannot easily change: an address of IPv4, or 64 bits of IPv6."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, 64), strict=False))
    return address


def send(message):
    try:
        message.send()
    except OSError:  # of which those of SMTP are kinds
        logger.exception("A mail about an account could not be sent.")
