"""Messages for the next page, in a cookie as the portal names its cookies."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class MessageCookie(CookieStorage):
    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Messages(FallbackStorage):
    """What is too long for the cookie stands in the session, which costs queries."""

    storage_classes = (MessageCookie, SessionStorage)
