"""Says of each answer whether it is a page that the page cache and others may keep."""

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.utils.cache import patch_vary_headers

from history.content_version import reading_once, version
from operations import replicas

VERSION = "X-Content-Version"  # from here to the page cache, and no further


class PageMiddleware:
    """Marks pages for everyone with the version of the content, and the rest as private.

    The version is read before the page is made: a page may be newer than its version, which the
    next look of the cache mends, but never older. Readers who have not signed in read from a
    replica, where there is one.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_reader = request.method in ("GET", "HEAD") and not is_known(request)
        return self.read(request) if is_reader else self.made(request)

    def read(self, request):
        """Answer from a replica, else from the primary, else from any replica not behind."""
        failure = answer = None
        for alias in replicas.in_turn():
            with replicas.reading_from(alias), reading_once():
                try:
                    response = self.made(request) if self.may_answer(request, alias) else None
                except (OperationalError, InterfaceError) as error:
                    response, failure = None, error
            if response is not None and response.status_code != 503:
                return response
            answer = response or answer
            if alias != replicas.PRIMARY:
                replicas.mark(alias, False)
                connections[alias].close()
        if answer is None:
            raise failure
        return answer

    def may_answer(self, request, alias):
        """Whether a page would be made from the version that the page cache asks for."""
        return alias == replicas.PRIMARY or request.META.get("portal.page") in (None, version())

    def made(self, request):
        if "portal.page" in request.META:
            token = version()
            response = self.get_response(request)
            if is_for_everyone(response):
                keep(response, token)
            return response
        response = self.get_response(request)
        if request.COOKIES or response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def is_known(request):
    return settings.SESSION_COOKIE_NAME in request.COOKIES


def is_for_everyone(response):
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and "Cache-Control" not in response
    )


def keep(response, token):
    """Let the page cache keep a page while its version holds, and proxies for a moment."""
    shared = settings.SHARED_CACHE_SECONDS
    response[VERSION] = token
    response["Cache-Control"] = f"public, max-age=0, s-maxage={shared}, stale-if-error=86400"
    # Browsers would heed this in Cache-Control too, and show readers what has changed already.
    response["CDN-Cache-Control"] = (
        f"public, max-age={shared}, stale-while-revalidate=60, stale-if-error=86400"
    )
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
