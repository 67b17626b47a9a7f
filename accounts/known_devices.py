"""The browsers that people sign in with: their names, and the accounts that they are known to.

A signed cookie of the browser has the numbers of these accounts; the server does not store them.
"""

import re
from collections.abc import Mapping, Sequence

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

COOKIE, SALT = f"{settings.COOKIE_PREFIX}known_to", "accounts.known_devices"
REMEMBERED_SECONDS = 365 * 24 * 3600  # seconds
MAX_USERS = 5  # accounts of one browser
# In this order: a User-Agent names other browsers too, and Edge also says Chrome and Safari.
BROWSERS: dict[str, str] = {"Edge": r"Edg", "Opera": r"OPR/", "Firefox": r"Firefox|FxiOS"}
BROWSERS |= {"Chrome": r"Chrome|CriOS", "Safari": r"Safari"}
SYSTEMS: dict[str, str] = {"Android": r"Android", "iOS": r"iPhone|iPad", "Windows": r"Windows"}
SYSTEMS |= {"macOS": r"Mac OS", "Linux": r"Linux"}


def browser_name(agent: str) -> str:
    """Return the browser and system of a User-Agent, as in “Firefox · Linux”; "" if unknown."""
    names = [first_match(BROWSERS, agent), first_match(SYSTEMS, agent)]
    return " · ".join(name for name in names if name)


def first_match(patterns: Mapping[str, str], agent: str) -> str:
    """Return the first name whose pattern is in a User-Agent, "" if there is none."""
    return next((name for name, pattern in patterns.items() if re.search(pattern, agent)), "")


def display_name(name: str) -> str:
    """Return the name of a browser for a page, also for an unknown one ("")."""
    return name or _("an unknown browser")


def known_user_ids(request: HttpRequest) -> list[int]:
    """Return the primary keys of the accounts in the cookie of a browser, the latest first."""
    cookie = request.COOKIES.get(COOKIE, "")
    try:
        user_ids = signing.loads(cookie, salt=SALT, max_age=REMEMBERED_SECONDS)
    except signing.BadSignature:
        return []
    return [user_id for user_id in user_ids if isinstance(user_id, int)]


def store_user_ids(response: HttpResponseBase, user_ids: Sequence[int]) -> None:
    """Set the cookie with the accounts of a browser; it is signed, so that nobody can forge it."""
    response.set_cookie(
        COOKIE,
        signing.dumps(user_ids[:MAX_USERS], salt=SALT),
        max_age=REMEMBERED_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
