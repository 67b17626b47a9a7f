"""The browsers that people sign in with: their names, and the accounts that they are known to.

A signed cookie of the browser has these accounts; the server does not store them.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

COOKIE, SALT = f"{settings.COOKIE_PREFIX}known_to", "accounts.known_devices"
REMEMBERED_SECONDS = 365 * 24 * 3600  # seconds
MAX_USERS = 5  # accounts of one browser
NONCE_LENGTH = 22  # characters of letters and digits, each 5.95 bits: 131 bits
# In this order: a User-Agent names other browsers too, and Edge also says Chrome and Safari.
BROWSERS: dict[str, str] = {"Edge": r"Edg", "Opera": r"OPR/", "Firefox": r"Firefox|FxiOS"}
BROWSERS |= {"Chrome": r"Chrome|CriOS", "Safari": r"Safari"}
SYSTEMS: dict[str, str] = {"Android": r"Android", "iOS": r"iPhone|iPad", "Windows": r"Windows"}
SYSTEMS |= {"macOS": r"Mac OS", "Linux": r"Linux"}


class KnownAccount(NamedTuple):
    """An account that a browser is known to.

    `nonce` is new after each sign-in, so that a copy of an older cookie is counted by itself.
    `has_signed_in` is false after a new password by mail: the owner of the account then still gets
    the notice of a new browser.
    """

    user_id: int
    nonce: str
    has_signed_in: bool


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


def known_accounts(request: HttpRequest) -> dict[int, KnownAccount]:
    """Return the accounts in the cookie of a browser by their primary keys, the latest first.

    A cookie that is forged, expired, or of an earlier form has none.
    """
    cookie = request.COOKIES.get(COOKIE, "")
    try:
        rows = signing.loads(cookie, salt=SALT, max_age=REMEMBERED_SECONDS)
    except signing.BadSignature:
        return {}
    return {row[0]: KnownAccount(*row) for row in rows if isinstance(row, list)}


def remember(
    request: HttpRequest, response: HttpResponseBase, user_id: int, *, has_signed_in: bool
) -> None:
    """Set the cookie of a browser with one more account, or with a new nonce of that account.

    It is signed, so that nobody can forge it.
    """
    accounts = known_accounts(request)
    former = accounts.pop(user_id, None)
    has_signed_in = has_signed_in or (former is not None and former.has_signed_in)
    latest = KnownAccount(user_id, get_random_string(NONCE_LENGTH), has_signed_in)
    response.set_cookie(
        COOKIE,
        signing.dumps([latest, *accounts.values()][:MAX_USERS], salt=SALT),
        max_age=REMEMBERED_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
