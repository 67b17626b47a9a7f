from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from history.content_version import version_read_once
from history.recording import acting_as


class AuthorMiddleware:
    """Makes the signed-in user the author of the changes of a request.

    It also lets a request query the version of the content only once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with acting_as(request.user), version_read_once():
            return self.get_response(request)
