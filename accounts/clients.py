"""Where a request comes from, as far as signing in has to know it."""

from django.conf import settings


def address_of(request):
    """Return the address of whoever asks; behind a proxy, the one that the proxy says, or ""."""
    if settings.BEHIND_PROXY:
        return request.META.get("HTTP_X_REAL_IP", "").strip()
    return request.META.get("REMOTE_ADDR", "")
