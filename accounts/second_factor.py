"""Who needs a second factor, and who has shown one."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.utils.translation import gettext_lazy as _

from editing.models import PUBLISH

# Who may do any of this decides what everybody reads, or who may do what.
WEIGHTY = [PUBLISH] + [
    f"{app}.{task}_{model}"
    for task in ("add", "change", "delete")
    for app, model in [("accounts", "user"), ("auth", "group")]
]
LAST = _("Your role needs a second factor. Please set up another one before you remove this one.")
PRIMARY = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_obliged(user):
    """Whether somebody needs a second factor: publishers and administrators do."""
    return user.is_active and any(user.has_perm(permission) for permission in WEIGHTY)


def is_shown(request):
    """Whether a second factor was shown in this session: a code, a passkey, a recovery code."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def mark_of(user):
    """Return what a session has of somebody who has shown a code."""
    return {
        _AUTHENTICATION_METHODS_USER_SESSION_KEY: str(user.pk),
        AUTHENTICATION_METHODS_SESSION_KEY: [{"method": "mfa", "type": "totp", "at": time.time()}],
    }


def is_missing(request):
    """Whether somebody has signed in who needs a second factor and has not shown one."""
    is_signed_in = SESSION_KEY in request.session and request.user.is_authenticated
    return is_signed_in and not is_shown(request) and is_obliged(request.user)


def note_set_up(request, kind):
    """Note that somebody has just set up a second factor, and so shown it; other sessions end."""
    end_other_sessions(request, request.user)
    latest = Authenticator.objects.filter(user=request.user, type=kind).latest("pk")
    record_authentication(request, request.user, "mfa", id=latest.pk, type=kind)


def has_one(user):
    return Authenticator.objects.filter(user=user, type__in=PRIMARY).exists()


def may_remove(authenticator):
    """Whether somebody may do without one of their second factors."""
    others = Authenticator.objects.filter(user=authenticator.user, type__in=PRIMARY)
    return others.exclude(pk=authenticator.pk).exists() or not is_obliged(authenticator.user)


def reset(user):
    """Forget the second factors of somebody who has lost them, and end all their sessions."""
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
