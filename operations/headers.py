"""The headers of every answer for which Django has no setting."""

from django.conf import settings

# Nobody else's page loads what is the portal's, and the portal asks a device for nothing.
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class HeadersMiddleware:
    """Stands outside of nearly all others, so that errors have these headers too.

    Pages for readers get the stricter policy of settings.PUBLIC_CSP, unless a view has its own.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        match = request.resolver_match
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and match is not None and match.namespaces != ["admin"]:
            response.__dict__.setdefault("_csp_config", settings.PUBLIC_CSP)
        return response
