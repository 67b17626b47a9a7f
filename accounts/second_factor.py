"""The second factor of signing in: who needs one, and whether a session has shown one."""

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
    record_authentication,
)
from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.requests import SignedInRequest
from editing.models import PUBLISH

# A person with one of these permissions needs a second factor: they let people publish, or change
# the permissions of others.
PERMISSIONS_WITH_SECOND_FACTOR: list[str] = [PUBLISH] + [
    f"{app}.{task}_{model}"
    for task in ("add", "change", "delete")
    for app, model in [("accounts", "user"), ("auth", "group")]
]
LAST_FACTOR_ERROR = _(
    "Your role needs a second factor. Please set up another one before you remove this one."
)
# Recovery codes alone are no second factor.
PRIMARY_TYPES: list[Authenticator.Type] = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_required(user: User | AnonymousUser) -> bool:
    """Whether a person needs a second factor, as publishers and administrators do.

    With SECOND_FACTOR_FOR_ALL, all staff need one.
    """
    if settings.SECOND_FACTOR_FOR_ALL and user.is_staff:
        return user.is_active
    return user.is_active and any(
        user.has_perm(permission) for permission in PERMISSIONS_WITH_SECOND_FACTOR
    )


def is_verified(request: HttpRequest) -> bool:
    """Whether this session has shown a second factor: a one-time, passkey or recovery code."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def verified_session_data(user: User) -> dict[str, Any]:
    """Return the keys and values of the session of a person who has shown a one-time code."""
    return {
        _AUTHENTICATION_METHODS_USER_SESSION_KEY: str(user.pk),
        AUTHENTICATION_METHODS_SESSION_KEY: [{"method": "mfa", "type": "totp", "at": time.time()}],
    }


def is_missing(request: HttpRequest) -> bool:
    """Whether a person is signed in, needs a second factor, and has not shown one."""
    is_signed_in: bool = SESSION_KEY in request.session and request.user.is_authenticated
    return is_signed_in and not is_verified(request) and is_required(request.user)


def record_set_up(request: SignedInRequest, kind: Authenticator.Type) -> None:
    """Record that a person has just set up a second factor, which also counts as showing it.

    All other sessions of the person end.
    """
    end_other_sessions(request, request.user)
    latest = Authenticator.objects.filter(user=request.user, type=kind).latest("pk")
    record_authentication(request, request.user, "mfa", id=latest.pk, type=kind)


def is_set_up(user: User) -> bool:
    """Whether a person has a second factor."""
    has_any: bool = Authenticator.objects.filter(user=user, type__in=PRIMARY_TYPES).exists()
    return has_any


def may_remove(authenticator: Authenticator) -> bool:
    """Whether a second factor may be removed: it is not the last one, or none is needed."""
    factors = Authenticator.objects.filter(user=authenticator.user, type__in=PRIMARY_TYPES)
    has_another: bool = factors.exclude(pk=authenticator.pk).exists()
    return has_another or not is_required(authenticator.user)


def reset(user: User) -> None:
    """Delete the second factors of a person who has lost them, and end all their sessions."""
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
