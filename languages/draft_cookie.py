"""The other end of drafts.js, which keeps what a person types until it is saved."""

from urllib.parse import quote

from django.conf import settings

DAY_SECONDS = 86_400  # seconds


def forget_draft(response, key):
    """Tell the browser that it need not keep the draft of a form any longer."""
    response.set_cookie(
        f"{settings.COOKIE_PREFIX}saved_form",
        quote(key),
        max_age=DAY_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
