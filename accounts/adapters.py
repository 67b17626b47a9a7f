"""Adapters that change the behaviour of django-allauth."""

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import limits, second_factor, secrets
from accounts.client_ip import client_key
from accounts.models import User
from accounts.requests import SignedInRequest
from languages.public_origin import public_address

if TYPE_CHECKING:
    from allauth.core.internal.adapter import BaseAdapter
else:
    BaseAdapter = object  # the mixin gets it from the adapters

logger = logging.getLogger(__name__)

TOO_MANY_ATTEMPTS = _(
    "There were too many attempts from here or for this account. Please wait five minutes and try "
    "again, or use a browser in which you have signed in before."
)
# The log messages of errors, by the code of the error.
LOG_MESSAGES: dict[str, str] = {
    "too_many_login_attempts": "Too many attempts to sign in were refused.",
    "rate_limited": "Too many requests about accounts were refused.",
    "incorrect_password": "A password was refused.",
    "incorrect_code": "A code was refused.",
}


class ErrorLoggingMixin(BaseAdapter):
    """Logs refused attempts, without the name of the person."""

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Return the error of a code, and log it if it has a log message."""
        if code in LOG_MESSAGES:
            logger.warning(LOG_MESSAGES[code])
        error: ValidationError = super().validation_error(code, *args)
        return error


class AccountAdapter(ErrorLoggingMixin, DefaultAccountAdapter):
    """Signing in by password: no sign-up, redirects on this host only, mail in a thread."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("There is no account with this name and password."),
        "too_many_login_attempts": TOO_MANY_ATTEMPTS,
        "rate_limited": TOO_MANY_ATTEMPTS,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: only administrators create accounts."""
        return False

    def get_login_redirect_url(self, request: SignedInRequest) -> str:
        return reverse("admin:index" if request.user.is_staff else "account_home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")

    def is_safe_url(self, url: str | None) -> bool:
        """Whether a redirect to a URL is allowed: only to this host, not to other ALLOWED_HOSTS."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, {request.get_host()}, require_https=request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the key for counting attempts: a hash, so that no IP address is stored."""
        return client_key(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt before its password is checked; raise ValidationError if too many."""
        name = credentials.get("username", "")
        account = limits.account_by_name(request, name)
        self.attempt = limits.count_attempt(request, "password", name.lower(), account)
        if not self.attempt:
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return the user with a name and a password, None if they are wrong."""
        user: User | None = super().authenticate(request, **credentials)
        if user and self.attempt:
            self.attempt.forget()
        return user

    def get_reset_password_from_key_url(self, key: str) -> str:
        return public_address(context.request, super().get_reset_password_from_key_url(key))

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: EmailConfirmation
    ) -> str:
        url = super().get_email_confirmation_url(request, emailconfirmation)
        return public_address(context.request, url)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail in a thread: the time of an answer must not show whether a mail was sent."""
        message = self.render_mail(template_prefix, email, context | {"email": email})
        threading.Thread(target=send_message, args=[message]).start()

    def format_email_subject(self, subject: str) -> str:
        return f"{settings.EMAIL_SUBJECT_PREFIX}{subject}"

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether a person has to sign in again; not within REAUTHENTICATION_TIMEOUT seconds."""
        request = context.request
        records = get_authentication_records(request, request.user)
        if records and time.time() - records[-1]["at"] < REAUTHENTICATION_TIMEOUT:
            return False
        is_required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return is_required


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Signs in the account whose verified e-mail address the provider has verified too."""

    def get_requests_session(self) -> Any:
        """Return a session of requests that follows no redirect and checks the issuer."""
        from accounts.single_sign_on import refuse_other_issuers

        session = super().get_requests_session()
        session.max_redirects = 0
        session.hooks["response"].append(refuse_other_issuers)
        return session

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Return the one account with a verified address, and the address; None for none or two."""
        verified = [address.email for address in sociallogin.email_addresses if address.verified]
        addresses = EmailAddress.objects.filter(email__in=verified, verified=True)
        email_by_user = {row.user: row.email for row in addresses.select_related("user")}
        return next(iter(email_by_user.items())) if len(email_by_user) == 1 else None

    def new_user(self, request: HttpRequest, sociallogin: SocialLogin) -> User:
        user: User = super().new_user(request, sociallogin)
        # For verify_email_of_admin(): here django-allauth writes the EmailAddress itself.
        user.is_made_by_provider = True  # type: ignore[attr-defined]  # no field: see above
        return user

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Whether to create an account for a person with a verified address that no account has.

        Only if OIDC_CREATE is set.
        """
        addresses = sociallogin.email_addresses
        emails = [address.email.lower() for address in addresses if address.verified]
        is_known = EmailAddress.objects.filter(email__in=emails).exists()
        return settings.OIDC_CREATE and bool(emails) and not is_known


class SecondFactorAdapter(ErrorLoggingMixin, DefaultMFAAdapter):
    """Second factors: encrypted secrets, and no removal of the last one if it is needed."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is wrong, or was used before. Please take the next one."),
        "cannot_delete_authenticator": second_factor.LAST_FACTOR_ERROR,
    }

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return second_factor.may_remove(authenticator)

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        return gettext("Passkey")

    def _get_site_name(self) -> str:
        return settings.MFA_TOTP_ISSUER


def send_message(message: EmailMessage) -> None:
    """Send a mail, or log that it could not be sent."""
    try:
        message.send()
    except OSError:  # the base class of SMTPException too
        logger.exception("A mail about an account could not be sent.")
