"""Forms of django-allauth for second factors, with changes."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django.utils.translation import gettext_lazy as _


class AppForm(ActivateTOTPForm):
    """Sets up an app for one-time codes; the code of the set-up cannot be used again."""

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class PasskeyForm(AddWebAuthnForm):
    """Adds a passkey, always for signing in without a password."""

    def __init__(self, *arguments: Any, **values: Any) -> None:
        super().__init__(*arguments, **values)
        del self.fields["passwordless"]
        self.fields["name"].label = _("Name of the device or key")
