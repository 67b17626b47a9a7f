"""Where a request comes from, as far as signing in has to know it."""

from ipaddress import ip_address

from django.conf import settings


def is_inside(request):
    """Whether a request comes from where the administration is there for it."""
    if not settings.ADMIN_NETWORKS:
        return True
    try:
        address = ip_address(address_of(request))
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.ADMIN_NETWORKS)


def address_of(request):
    """Return the address of whoever asks; behind a proxy, the one that the proxy says, or ""."""
    if settings.BEHIND_PROXY:
        return request.META.get("HTTP_X_REAL_IP", "").strip()
    return request.META.get("REMOTE_ADDR", "")
