"""Encrypts what one-time codes are made from, so that a copy of the database makes none."""

import base64
import logging
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

logger = logging.getLogger(__name__)


def cipher():
    """Return what encrypts with SECRET_KEY, and decrypts with former ones too."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(derived(key)) for key in keys])


def derived(key):
    mark = salted_hmac("accounts.secrets", "", secret=key, algorithm="sha256")
    return base64.urlsafe_b64encode(mark.digest())


def encrypt(text):
    return cipher().encrypt(text.encode()).decode()


def decrypt(text):
    """Return a secret; one that was encrypted with another key is one that nobody knows."""
    try:
        return cipher().decrypt(text).decode()
    except InvalidToken:
        logger.error("A second factor was set up with another SECRET_KEY: it has to be reset.")
        return base64.b32encode(secrets.token_bytes(20)).decode()
