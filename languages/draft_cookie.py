"""The cookie that tells editing/static/editing/drafts.js which form the server has saved."""

from urllib.parse import quote

from django.conf import settings
from django.http.response import HttpResponseBase

DAY_SECONDS = 86_400


def forget_draft[R: HttpResponseBase](response: R, key: str) -> R:
    """Set the cookie by which the browser deletes its draft of a form; return the response.

    `key` is the key of the draft in the browser's local storage.
    """
    response.set_cookie(
        f"{settings.COOKIE_PREFIX}saved_form",
        quote(key),
        max_age=DAY_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
