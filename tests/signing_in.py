"""Sessions of people who have shown their second factor, for tests that are not about that.

A one-time code is good once in half a minute, so tests do not sign in anew each time. The mark in
the session is the one that signing in with a code leaves.
"""

import json
import os
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from accounts.second_factor import mark_of

SESSIONS = "sessions.json"
PASSWORD = "a long enough phrase"  # noqa: S105


def prove(session, user):
    """Note in a session that somebody has shown a second factor."""
    session.update(mark_of(user))


def write_sessions(users, number=2):
    """Write keys of some sessions of each of these people to the folder of the data."""
    found = {user.username: [session_of(user) for _ in range(number)] for user in users}
    written = {"cookie": settings.SESSION_COOKIE_NAME, "keys": found}
    Path(os.environ["DATA_DIR"], SESSIONS).write_text(json.dumps(written))


def session_of(user):
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, user, settings.AUTHENTICATION_BACKENDS[0])
    prove(request.session, user)
    request.session.save()
    return request.session.session_key


def cookie_of(folder, name, number=0):
    """Return the name and the value of a cookie with which somebody has signed in."""
    written = json.loads(Path(folder, SESSIONS).read_text())
    return written["cookie"], written["keys"][name][number]
