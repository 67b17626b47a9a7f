"""The security headers for which Django has no setting."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Other sites may not embed anything of the portal, and the portal uses no sensors of the device.
HEADERS: dict[str, str] = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class HeadersMiddleware:
    """Sets HEADERS on every response; it stands outside of most others, so errors have them too.

    A response that says nothing about caching, such as an error or a redirect, is kept by nobody.

    Pages outside of the administration get the stricter policy of settings.PUBLIC_CSP, unless
    their view has set one of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        match = request.resolver_match
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and match is not None and match.namespaces != ["admin"]:
            response.__dict__.setdefault("_csp_config", settings.PUBLIC_CSP)
        return response
