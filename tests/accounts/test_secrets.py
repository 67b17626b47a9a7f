"""Secrets of second factors are encrypted, and encrypted again when SECRET_KEY changes."""

import base64

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import Fernet
from django.core.management import call_command

from accounts import secrets
from tests.accounts.test_second_factor import SECRET, make_person, one_time_code

pytestmark = pytest.mark.django_db

ANOTHER_KEY = "another key, of fifty characters or more, for this test"


def test_secrets_are_encrypted_and_another_key_makes_no_code(settings):
    stored = Authenticator.objects.get(user=make_person(with_app=True))
    assert SECRET not in str(stored.data)
    assert stored.data["secret"].startswith("aes-256-gcm:")
    assert secrets.decrypt(stored.data["secret"]) == SECRET

    former_key = settings.SECRET_KEY
    settings.SECRET_KEY = ANOTHER_KEY
    assert secrets.decrypt(stored.data["secret"]) not in (SECRET, "")
    assert not stored.wrap().validate_code(one_time_code())
    settings.SECRET_KEY_FALLBACKS = [former_key]
    assert secrets.decrypt(stored.data["secret"]) == SECRET


def test_same_secret_is_never_encrypted_alike_and_no_change_goes_unnoticed():
    first, second = secrets.encrypt(SECRET), secrets.encrypt(SECRET)
    assert first != second

    changed = bytearray(base64.urlsafe_b64decode(first.removeprefix(secrets.PREFIX)))
    changed[-1] ^= 1
    with pytest.raises(secrets.SecretError):
        secrets.open_secret(secrets.PREFIX + base64.urlsafe_b64encode(changed).decode())


def test_all_second_factors_are_encrypted_with_the_present_key(settings, capsys):
    person, other = make_person(with_app=True), make_person(name="mona", with_app=True)
    codes = RecoveryCodes.activate(person)
    known_codes = codes.get_unused_codes()
    make_token_of_fernet(Authenticator.objects.get(user=other), settings.SECRET_KEY)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = ANOTHER_KEY, [settings.SECRET_KEY]

    call_command("encrypt_second_factors")

    settings.SECRET_KEY_FALLBACKS = []
    assert capsys.readouterr().out == "3 encrypted, 0 with an unknown key.\n"
    for authenticator in Authenticator.objects.filter(type="totp"):
        assert secrets.open_secret(authenticator.data["secret"]) == SECRET
    stored = Authenticator.objects.get(user=person, type="recovery_codes").wrap()
    assert stored.get_unused_codes() == known_codes
    settings.SECRET_KEY = "a third key that nobody knows, of fifty characters or so"  # noqa: S105
    call_command("encrypt_second_factors")
    captured = capsys.readouterr()
    assert captured.out == "0 encrypted, 3 with an unknown key.\n"
    assert "mona: the key is not known any more" in captured.err


def make_token_of_fernet(authenticator, secret_key):
    """Encrypt the secret of an app as the portal did before."""
    key = base64.urlsafe_b64encode(secrets.derive_key("accounts.secrets", secret_key))
    authenticator.data["secret"] = Fernet(key).encrypt(SECRET.encode()).decode()
    authenticator.save()
