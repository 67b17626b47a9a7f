from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand
from django.db import transaction

from accounts import secrets

FIELDS = ["secret", "seed"]  # of an app for codes, and of recovery codes


class Command(BaseCommand):
    help = "Encrypt all secrets of second factors with the present SECRET_KEY."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        done, lost = 0, 0
        for authenticator in Authenticator.objects.select_for_update().select_related("user"):
            try:
                encrypted = encrypted_again(authenticator.data)
            except secrets.SecretError:
                lost += 1
                name = authenticator.user.get_username()
                self.stderr.write(f"{name}: the key is not known any more; reset_second_factor.")
                continue
            if encrypted:
                authenticator.data |= encrypted
                authenticator.save(update_fields=["data"])
                done += 1
        self.stdout.write(f"{done} encrypted, {lost} with an unknown key.")


def encrypted_again(data: dict[str, Any]) -> dict[str, str]:
    """Return the secrets in the data of a second factor, encrypted with the present key.

    Raises SecretError.
    """
    return {
        field: secrets.encrypt(secrets.open_secret(data[field]))
        for field in FIELDS
        if field in data
    }
