"""The scheme and host under which readers know the portal: the start of its absolute addresses."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def public_origin(request: HttpRequest) -> str:
    """Return the origin of absolute addresses, such as https://portal.example.org.

    It is PUBLIC_ORIGIN; on a machine without one, the origin that the request was sent to.
    """
    origin: str = settings.PUBLIC_ORIGIN
    return origin or f"{request.scheme}://{request.get_host()}"


def public_address(request: HttpRequest, address: str) -> str:
    """Return a path, or an absolute address of the portal, as an address of the public origin."""
    parts = urlsplit(address)
    return public_origin(request) + parts._replace(scheme="", netloc="").geturl()
