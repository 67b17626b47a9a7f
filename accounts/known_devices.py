"""What browser somebody signs in with: its name for people, and whether it was seen before."""

import re

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

COOKIE, SALT = f"{settings.COOKIE_PREFIX}known_to", "accounts.known_devices"
REMEMBERED_SECONDS = 365 * 24 * 3600  # seconds
MAX_PEOPLE = 5  # people of one browser
# The first that a browser says of itself is the right one: most say that they are others, too.
BROWSERS = {"Edge": r"Edg", "Opera": r"OPR/", "Firefox": r"Firefox|FxiOS"}
BROWSERS |= {"Chrome": r"Chrome|CriOS", "Safari": r"Safari"}
SYSTEMS = {"Android": r"Android", "iOS": r"iPhone|iPad", "Windows": r"Windows"}
SYSTEMS |= {"macOS": r"Mac OS", "Linux": r"Linux"}


def name_of(agent):
    """Return a few words on a browser, as in “Firefox · Linux”; all else of it is dropped."""
    found = [first(BROWSERS, agent), first(SYSTEMS, agent)]
    return " · ".join(name for name in found if name)


def first(patterns, agent):
    return next((name for name, pattern in patterns.items() if re.search(pattern, agent)), "")


def shown(name):
    """Return the name of a browser for a page."""
    return name or _("an unknown browser")


def people_of(request):
    """Return the keys of those who have signed in with this browser."""
    try:
        said = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=REMEMBERED_SECONDS)
    except signing.BadSignature:
        return []
    return [key for key in said if isinstance(key, int)]


def remember(response, people):
    """Let a browser say next time who has signed in with it, which only the portal can write."""
    response.set_cookie(
        COOKIE,
        signing.dumps(people[:MAX_PEOPLE], salt=SALT),
        max_age=REMEMBERED_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
