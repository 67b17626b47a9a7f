"""Django's messages in a cookie with the portal's prefix of cookie names (MESSAGE_STORAGE)."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class MessageCookieStorage(CookieStorage):
    """Keeps messages in a cookie, with the portal's prefix."""

    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Messages(FallbackStorage):
    """Keeps messages in the cookie, or in the session if they are too long for it."""

    storage_classes = (MessageCookieStorage, SessionStorage)
