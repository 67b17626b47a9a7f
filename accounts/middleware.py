"""Who counts as staff in a request."""

import re
import time

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils.cache import add_never_cache_headers
from django.views.defaults import page_not_found

from accounts import client_ip, second_factor
from library.preview import PARAMETER

LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)
ACCOUNT = re.compile(rf"/(?:(?:{LANGUAGES})/)?account/")
ADMIN = re.compile(rf"/(?:(?:{LANGUAGES})/)?{settings.ADMIN_PATH}(?:/|$)")
SIGNED_IN = "signed_in_at"  # in a session: when it began, in seconds of the epoch


class StaffMiddleware:
    """Lets nobody act as staff who has to show a second factor first, and ends sessions in time.

    Outside of the pages of their account they are nobody, so that whatever asks who somebody is,
    now or later, is closed to them without knowing of this.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        is_inside = client_ip.is_inside(request)
        if not is_inside and ADMIN.match(request.path_info):
            return nothing_here(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            end_when_due(request)
            request.lacks_second_factor = second_factor.is_missing(request)
            is_reader = request.lacks_second_factor or (PARAMETER in request.GET and not is_inside)
            if is_reader and not ACCOUNT.match(request.path_info):
                request.user = AnonymousUser()
        response = self.get_response(request)
        if ACCOUNT.match(request.path_info):
            add_never_cache_headers(response)
        return response


def nothing_here(request):
    """Answer as if the portal had no administration."""
    response = page_not_found(request, Http404())
    # Django would add a slash, and so tell that there is something.
    request.path_info = f"{request.path_info.rstrip('/')}/"
    add_never_cache_headers(response)
    return response


def end_when_due(request):
    """Sign out whoever signed in too long ago, however busy they have been since."""
    since = request.session.get(SIGNED_IN)
    if since is not None and time.time() - since > settings.SESSION_COOKIE_AGE:
        logout(request)
