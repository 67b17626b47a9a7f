"""Encrypts the secrets of one-time codes: with a copy of the database, nobody can make codes."""

import base64
import logging
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)


def cipher() -> MultiFernet:
    """Return a cipher: it encrypts with SECRET_KEY, and decrypts with the fallbacks too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(derive_key(key)) for key in keys])


def derive_key(secret_key: str) -> bytes:
    """Return the key of Fernet (32 bytes in Base64) that belongs to a SECRET_KEY."""
    digest = salted_hmac("accounts.secrets", "", secret=secret_key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest)


def encrypt(text: str) -> str:
    """Return an encrypted secret."""
    return cipher().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Return a secret; a random one, for which no code fits, if its key is not known any more."""
    try:
        return cipher().decrypt(text).decode()
    except InvalidToken:
        logger.error("A second factor was set up with another SECRET_KEY: it has to be reset.")
        return base64.b32encode(secrets.token_bytes(20)).decode()
