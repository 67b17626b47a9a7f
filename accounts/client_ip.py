"""The address of the client of a request."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def is_in_admin_networks(request: HttpRequest) -> bool:
    """Whether a request comes from a network of ADMIN_NETWORKS, or there are none."""
    if not settings.ADMIN_NETWORKS:
        return True
    try:
        address = ip_address(client_address(request))
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in settings.ADMIN_NETWORKS)


def client_address(request: HttpRequest) -> str:
    """Return the IP address of the client; behind a proxy, that of its X-Real-IP header, or ""."""
    if settings.BEHIND_PROXY:
        proxy_address: str = request.META.get("HTTP_X_REAL_IP", "")
        return proxy_address.strip()
    address: str = request.META.get("REMOTE_ADDR", "")
    return address
