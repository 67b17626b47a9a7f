"""Sets the caching headers of each response, for the page cache, proxies and browsers."""

from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from history.content_version import current_version, version_read_once
from operations import replicas

VERSION_HEADER = "X-Content-Version"  # for the page cache, which removes it


class PageMiddleware:
    """Marks public pages with the version of the content, and other responses as private.

    The version is read before the page is made: a page may have newer content than its version, and
    is then replaced after the next check of the version, but never older content. Requests without
    a session are answered from a replica, where there is one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        may_use_replica = request.method in ("GET", "HEAD") and not has_session(request)
        return self.answer_from_any(request) if may_use_replica else self.answer(request)

    def answer_from_any(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from the first database that can: healthy replicas, the primary, other replicas.

        Where all fail, the result is the last response with status 503; where there is no
        response, the last OperationalError or InterfaceError is raised.
        """
        response: HttpResponseBase | None
        unavailable: HttpResponseBase | None = None
        failure: OperationalError | InterfaceError  # where no response is unavailable
        for alias in replicas.read_order():
            with replicas.reading_from(alias), version_read_once():
                try:
                    response = self.answer(request) if self.may_answer(request, alias) else None
                except (OperationalError, InterfaceError) as error:
                    response, failure = None, error
            if response is not None and response.status_code != 503:
                return response
            unavailable = response or unavailable
            if alias != replicas.PRIMARY:
                replicas.record_health(alias, False)
                connections[alias].close()
        if unavailable is None:
            raise failure
        return unavailable

    def may_answer(self, request: HttpRequest, alias: str) -> bool:
        """Whether a database is the primary, or has the version that the page cache asks for."""
        return alias == replicas.PRIMARY or request.META.get("portal.page") in (
            None,
            current_version(),
        )

    def answer(self, request: HttpRequest) -> HttpResponseBase:
        """Return the response of the view with the caching headers that it needs."""
        if "portal.page" in request.META:
            token = current_version()
            response = self.get_response(request)
            if is_public(response):
                allow_caching(response, token)
            return response
        return self.get_response(request)


def has_session(request: HttpRequest) -> bool:
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def is_public(response: HttpResponseBase) -> bool:
    """Whether a response is the same for everyone: a page without cookies or rules of its own."""
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "Cache-Control" not in response
    )


def allow_caching(response: HttpResponseBase, token: str) -> None:
    """Let the page cache keep a page while its version is current, and shared caches for a moment.

    Shared caches keep it for settings.SHARED_CACHE_SECONDS, and may use it for a day while the
    portal fails (RFC 5861, RFC 9213).
    """
    shared = settings.SHARED_CACHE_SECONDS
    response[VERSION_HEADER] = token
    response["Cache-Control"] = f"public, max-age=0, s-maxage={shared}, stale-if-error=86400"
    # Not in Cache-Control: browsers would follow it too, and show pages that have changed since.
    response["CDN-Cache-Control"] = (
        f"public, max-age={shared}, stale-while-revalidate=60, stale-if-error=86400"
    )
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
