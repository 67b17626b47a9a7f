"""The address of the client of a request."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


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


def client_key(request: HttpRequest) -> str:
    """Return the key for counting attempts of a client: a hash, so that no address is stored."""
    network = client_network(client_address(request))
    return salted_hmac("accounts.client", network, algorithm="sha256").hexdigest()


def client_network(address: str) -> str:
    """Return an IPv4 address, or the /64 network of an IPv6 address.

    A client has all addresses of such a network. Another text is returned as it is.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(parsed.ipv4_mapped or ip_network((parsed, 64), strict=False))
    return address
