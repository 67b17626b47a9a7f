"""Answers a request that would show readers what they may not see: nothing of it is saved."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from library.publication import PublicationError
from portal.request_limits import refusal_response


class PublicationMiddleware:
    """Answers a PublicationError with its sentence and status 409; forms say it beside a field."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, PublicationError):
            return refusal_response(request, 409, " ".join(exception.messages))
        return None
