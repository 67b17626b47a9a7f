"""Encrypts the secrets of one-time codes: with a copy of the database, nobody can make codes."""

import base64
import logging
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)

PREFIX = "aes-256-gcm:"  # of an encrypted secret; those without it are tokens of Fernet
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.2: random, for up to 2**32 secrets of one key


class SecretError(Exception):
    """A secret is encrypted with a key that is not known any more, or was changed."""


def derive_key(purpose: str, secret_key: str) -> bytes:
    """Return 32 bytes for a purpose that belong to a SECRET_KEY."""
    return salted_hmac(purpose, "", secret=secret_key, algorithm="sha256").digest()


def known_keys(purpose: str) -> list[bytes]:
    """Return the keys of SECRET_KEY and of its fallbacks."""
    secret_keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [derive_key(purpose, secret_key) for secret_key in secret_keys]


def encrypt(text: str) -> str:
    """Return a secret encrypted with AES-256-GCM and the key of SECRET_KEY."""
    nonce = os.urandom(NONCE_BYTES)
    key = derive_key(PREFIX, settings.SECRET_KEY)
    encrypted = nonce + AESGCM(key).encrypt(nonce, text.encode(), None)
    return PREFIX + base64.urlsafe_b64encode(encrypted).decode()


def open_secret(text: str) -> str:
    """Return a secret, also one that was encrypted with a fallback; raises SecretError."""
    if not text.startswith(PREFIX):
        return open_fernet(text)
    data = base64.urlsafe_b64decode(text.removeprefix(PREFIX))
    for key in known_keys(PREFIX):
        try:
            return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None).decode()
        except InvalidTag:
            continue
    raise SecretError


def open_fernet(text: str) -> str:
    """Return a secret that was encrypted before AES-256-GCM was used; raises SecretError."""
    keys = map(base64.urlsafe_b64encode, known_keys("accounts.secrets"))
    try:
        return MultiFernet([Fernet(key) for key in keys]).decrypt(text).decode()
    except InvalidToken:
        raise SecretError from None


def decrypt(text: str) -> str:
    """Return a secret; a random one, for which no code fits, if its key is not known any more."""
    try:
        return open_secret(text)
    except SecretError:
        logger.error("A second factor was set up with another SECRET_KEY: it has to be reset.")
        return base64.b32encode(secrets.token_bytes(20)).decode()
