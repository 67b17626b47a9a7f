"""Forms of django-allauth for second factors, with changes."""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django.utils.translation import gettext_lazy as _

from accounts.limits import Attempt, account_by_pk, count_attempt
from accounts.models import User


def attempt_of(user: User) -> Attempt:
    """Count an attempt to show a second factor; raise ValidationError if there were too many."""
    account = account_by_pk(context.request, user.pk)
    attempt = count_attempt(context.request, "code", str(user.pk), account)
    if not attempt:
        raise get_account_adapter().validation_error("too_many_login_attempts")
    return attempt


class CodeForm(AuthenticateForm):
    """Asks for a one-time code or a recovery code at a sign-in, with the limits of the portal."""

    def clean_code(self) -> str:
        attempt = attempt_of(self.user)
        code: str = super().clean_code()
        attempt.forget()
        return code


class CodeAgainForm(ReauthenticateForm):
    """The same for a person who is signed in."""

    def clean_code(self) -> str:
        attempt = attempt_of(self.user)
        code: str = super().clean_code()
        attempt.forget()
        return code


class PasskeyCheckForm(AuthenticateWebAuthnForm):
    """Asks for a passkey as the second factor, with the limits of the portal."""

    def clean_credential(self) -> Authenticator:
        attempt = attempt_of(self.user)
        authenticator = super().clean_credential()
        attempt.forget()
        return authenticator


class PasskeyAgainForm(ReauthenticateWebAuthnForm):
    """The same for a person who is signed in."""

    def clean_credential(self) -> Authenticator:
        attempt = attempt_of(self.user)
        authenticator = super().clean_credential()
        attempt.forget()
        return authenticator


class AppForm(ActivateTOTPForm):
    """Sets up an app for one-time codes; the code of the set-up cannot be used again."""

    def clean_code(self) -> str:
        attempt = attempt_of(self.user)
        code: str = super().clean_code()
        attempt.forget()
        if not TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class PasskeyForm(AddWebAuthnForm):
    """Adds a passkey, always for signing in without a password."""

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        del self.fields["passwordless"]
        self.fields["name"].label = _("Name of the device or key")
