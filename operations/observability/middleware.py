from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from operations.observability.tally import current_tally


class ViewMiddleware:
    """Sets the view of the current Tally: the name of the URL pattern, "unnamed" without a name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        tally = current_tally.get()
        if tally is not None and request.resolver_match is not None:
            tally.view = request.resolver_match.view_name or "unnamed"
        return response
