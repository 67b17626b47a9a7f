"""The middleware that protects the administration and ends sessions."""

import re
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.views.defaults import page_not_found

from accounts import client_ip, second_factor
from library.preview import PREVIEW_PARAMETER
from operations.concurrency import is_reading

LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)
ACCOUNT_ADDRESS = re.compile(rf"/(?:(?:{LANGUAGES})/)?account/")
ADMIN_ADDRESS = re.compile(rf"/(?:(?:{LANGUAGES})/)?{settings.ADMIN_PATH}(?:/|$)")
# The addresses to which an open form reports: it does so also where nobody sits.
PRESENCE_ADDRESS = re.compile(r"/presence/\Z")
# Keys in a session: the time of signing in, and of the last request, in seconds of the epoch.
SIGNED_IN_AT, LAST_USED_AT = "signed_in_at", "last_used_at"
LAST_USED_PRECISION = 60  # seconds: the time of the last request is written once in a minute


class StaffMiddleware:
    """Closes the administration to other networks and to people without a second factor.

    A person who needs a second factor and has not shown it is an AnonymousUser everywhere except on
    the pages of their account. So no other code has to know about second factors. The same applies
    to a preview that is asked for from another network. It also ends expired sessions.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        may_see_admin = client_ip.is_in_admin_networks(request)
        if not may_see_admin and ADMIN_ADDRESS.match(request.path_info):
            return admin_not_found(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            end_expired_session(request)
            lacks_second_factor = second_factor.is_missing(request)
            # For admin_login().
            request.lacks_second_factor = lacks_second_factor  # type: ignore[attr-defined]
            is_preview = PREVIEW_PARAMETER in request.GET
            is_anonymous = lacks_second_factor or (is_preview and not may_see_admin)
            if is_anonymous and not ACCOUNT_ADDRESS.match(request.path_info):
                request.user = AnonymousUser()
        response = self.get_response(request)
        if ACCOUNT_ADDRESS.match(request.path_info):
            add_never_cache_headers(response)
        return response


def admin_not_found(request: HttpRequest) -> HttpResponse:
    """Return the page for an unknown address, as if there were no administration."""
    response = page_not_found(request, Http404())
    # Otherwise CommonMiddleware redirects to the address with a slash, which shows that it exists.
    request.path_info = f"{request.path_info.rstrip('/')}/"
    add_never_cache_headers(response)
    return response


def end_expired_session(request: HttpRequest) -> None:
    """Sign out a person SESSION_COOKIE_AGE seconds after signing in, even if they are active.

    And SESSION_IDLE_SECONDS after the last request that may write: a page of their account, of the
    administration, or a form; open forms do not count. A reader does not wait until the session
    is deleted: the browser loses its cookie, the session stays refused, and clear_expired()
    deletes it.
    """
    signed_in_at = request.session.get(SIGNED_IN_AT)
    if signed_in_at is None:
        return
    now = time.time()
    unused_since = request.session.get(LAST_USED_AT, signed_in_at)
    is_too_old = now - signed_in_at > settings.SESSION_COOKIE_AGE
    if is_too_old or now - unused_since > settings.SESSION_IDLE_SECONDS:
        end_session(request)
    elif now - unused_since > LAST_USED_PRECISION and not (
        is_reading.get() or is_presence(request)
    ):
        request.session[LAST_USED_AT] = now


def end_session(request: HttpRequest) -> None:
    """Sign a person out, without a write where they only read."""
    if is_reading.get():
        request.session = type(request.session)()
        request.user = AnonymousUser()
    else:
        logout(request)


def is_presence(request: HttpRequest) -> bool:
    """Whether a request only reports that a form is open."""
    return PRESENCE_ADDRESS.search(request.path_info) is not None
