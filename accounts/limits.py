"""Limits of attempts, by which a stranger cannot lock out the owner of an account.

A browser that an account knows by its cookie is counted apart from all others, and all others
together, as in “Slow Down Online Guessing Attacks with Device Cookies” of OWASP. A browser that has
used up its own count, or tries another account, is counted with the others.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate

from allauth.account.models import EmailAddress
from allauth.core.internal import ratelimit
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.client_ip import client_key
from accounts.known_devices import KnownAccount, known_accounts
from accounts.models import User

type View[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass
class Count:
    """How often something was tried from one source: a known browser, an address or a name.

    `limit` is a number of attempts in a time, as in “5/5m”; allauth.core.internal.ratelimit keeps
    the times of the attempts in the cache of the database.
    """

    request: HttpRequest
    action: str
    limit: str
    key: str

    def options(self) -> dict[str, Any]:
        """Return the arguments for the functions of django-allauth."""
        config = {self.action: f"{self.limit}/key"}
        return {"app": "accounts", "action": self.action, "config": config, "key": self.key}

    def add(self) -> bool:
        """Count one more attempt; False if there were too many."""
        self.usage = ratelimit.consume(self.request, **self.options())
        return self.usage is not None

    def take_back(self) -> None:
        """Take back the last attempt."""
        if self.usage:
            self.usage.rollback()

    def clear(self) -> None:
        """Start again from zero."""
        ratelimit.clear(self.request, **self.options())


@dataclass
class Attempt:
    """An attempt that was counted and allowed, by a known browser or by another."""

    counts: list[Count]
    is_by_known_browser: bool

    def forget(self) -> None:
        """Do not count the attempt, since it was right.

        A known browser starts again from zero. The others do not: an attacker who also has an
        account could sign in between two guesses.
        """
        for count in self.counts:
            if self.is_by_known_browser:
                count.clear()
            else:
                count.take_back()


def count_attempt(
    request: HttpRequest, action: str, name: str = "", account: KnownAccount | None = None
) -> Attempt | None:
    """Count an attempt by the limits of an action in SIGN_IN_LIMITS; None if there were too many.

    `name` is the name or address that was typed, `account` that of the browser, if it is known.
    """
    limits = settings.SIGN_IN_LIMITS[action]
    if account and "browser" in limits:
        key = f"{account.user_id}:{account.nonce}"
        count = Count(request, f"{action}:browser", limits["browser"], key)
        if count.add():
            return Attempt([count], is_by_known_browser=True)
    keys = {"ip": client_key(request), "name": name}
    counts = [
        Count(request, f"{action}:{source}", limits[source], key)
        for source, key in keys.items()
        if source in limits
    ]
    is_allowed = all(count.add() for count in counts)
    return Attempt(counts, is_by_known_browser=False) if is_allowed else None


def limited[**P](
    action: str,
    find_account: Callable[Concatenate[HttpRequest, P], KnownAccount | None],
    field: str = "",
) -> Callable[[View[P]], View[P]]:
    """Return a decorator of views that counts each POST, and answers 429 to too many.

    `find_account` gets the arguments of the view; `field` is that of the name or address.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method == "POST":
                name = request.POST.get(field, "").strip().lower()
                account = find_account(request, *args, **kwargs)
                if not count_attempt(request, action, name, account):
                    response: HttpResponseBase = respond_429(request)
                    return response
            return view(request, *args, **kwargs)

        return wrapper

    return decorate


def account_by_name(request: HttpRequest, name: str) -> KnownAccount | None:
    """Return the account with a name, None if it does not know this browser.

    Only the accounts that know the browser are looked at: with an unknown one, nothing depends on
    whether there is an account.
    """
    accounts = known_accounts(request)
    if not accounts:
        return None
    users = User.objects.filter(pk__in=accounts).values_list("pk", "username")
    return matching_account(accounts, users, name)


def account_by_email(request: HttpRequest, email: str) -> KnownAccount | None:
    """Return the account with a verified e-mail address, None if it does not know this browser.

    An address that is not verified may be somebody else's.
    """
    accounts = known_accounts(request)
    if not accounts:
        return None
    addresses = EmailAddress.objects.filter(user__in=accounts, verified=True)
    return matching_account(accounts, addresses.values_list("user_id", "email"), email)


def matching_account(
    accounts: Mapping[int, KnownAccount], names: Iterable[tuple[int, str]], name: str
) -> KnownAccount | None:
    """Return the account with a name, in any case, out of pairs of a primary key and a name."""
    name = name.strip().lower()
    user_ids = [user_id for user_id, stored in names if stored.lower() == name]
    return accounts[user_ids[0]] if user_ids else None


def account_by_pk(request: HttpRequest, pk: int) -> KnownAccount | None:
    """Return the account with a primary key, None if it does not know this browser."""
    return known_accounts(request).get(pk)


def any_account(request: HttpRequest) -> KnownAccount | None:
    """Return the account that this browser has signed in to last, None if it is unknown."""
    return next(iter(known_accounts(request).values()), None)
