"""Sessions that have shown a second factor, for tests of other subjects.

A one-time code can be used once in half a minute, so tests do not sign in with one each time. The
session has the same data as after signing in with a code.
"""

import json
import os
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from accounts.second_factor import verified_session_data

SESSIONS = "sessions.json"
PASSWORD = "a long enough phrase"  # noqa: S105


def mark_verified(session, user):
    """Add the data to a session that a second factor was shown."""
    session.update(verified_session_data(user))


def write_sessions(users, number=2):
    """Create some sessions of each user, and write their keys to a file in the data folder."""
    keys = {user.username: [create_session(user) for _ in range(number)] for user in users}
    sessions = {"cookie": settings.SESSION_COOKIE_NAME, "keys": keys}
    Path(os.environ["DATA_DIR"], SESSIONS).write_text(json.dumps(sessions))


def create_session(user):
    """Create a session that has shown a second factor, and return its key."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    login(request, user, settings.AUTHENTICATION_BACKENDS[0])
    mark_verified(request.session, user)
    request.session.save()
    return request.session.session_key


def session_cookie(folder, username, index=0):
    """Return the name and value of the cookie of a session that write_sessions() has created."""
    sessions = json.loads(Path(folder, SESSIONS).read_text())
    return sessions["cookie"], sessions["keys"][username][index]
