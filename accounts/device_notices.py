"""Notices for people when somebody signs in to their account with an unknown browser."""

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import known_devices
from accounts.models import NewBrowser, User

NOTICE_TERM = timedelta(days=90)


def handle_sign_in(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Show earlier notices on the next page, and make one if this browser is unknown.

    A new notice is sent by mail at once, and shown when the person signs in the next time.
    """
    delete_expired()
    show_notices(request, user)
    account = known_devices.known_accounts(request).get(user.pk)
    if not account or not account.has_signed_in:
        name = known_devices.browser_name(request.headers.get("User-Agent", ""))
        NewBrowser.objects.create(user=user, name=name)
        context = {"browser": known_devices.display_name(name), "username": user.get_username()}
        get_adapter().send_notification_mail("accounts/email/new_browser", user, context)
    known_devices.remember(request, response, user.pk, has_signed_in=True)


def show_notices(request: HttpRequest, user: User) -> None:
    """Add a message for each notice that the person has not seen, and mark it as seen."""
    notices = NewBrowser.objects.filter(user=user, is_told=False)
    for notice in notices:
        values = {
            "browser": known_devices.display_name(notice.name),
            "time": format_time(notice.made),
        }
        text = _(
            "%(time)s: signed in from a browser not seen before, %(browser)s. If this was not "
            "you, change your password and tell an administrator."
        )
        messages.warning(request, text % values)
    notices.update(is_told=True)


def format_time(time: datetime) -> str:
    """Return a time as a text in the format of the active language."""
    return date_format(timezone.localtime(time), "DATETIME_FORMAT")


def delete_expired() -> None:
    """Delete notices older than NOTICE_TERM, and expired sessions."""
    now = timezone.now()
    NewBrowser.objects.filter(made__lt=now - NOTICE_TERM).delete()
    Session.objects.filter(expire_date__lt=now).delete()
