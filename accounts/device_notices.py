"""Tells people that somebody has signed in with their name from a browser not seen before."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import known_devices
from accounts.models import NewBrowser

NOTICE_TERM = timedelta(days=90)


def note(request, response, user):
    """Tell what has not been told yet, and note the browser where it is a new one."""
    tidy()
    tell(request, user)
    people = known_devices.people_of(request)
    if user.pk not in people:
        name = known_devices.name_of(request.headers.get("User-Agent", ""))
        NewBrowser.objects.create(user=user, name=name)
        context = {"browser": known_devices.shown(name), "username": user.get_username()}
        get_adapter().send_notification_mail("accounts/email/new_browser", user, context)
    known_devices.remember(response, [user.pk, *(key for key in people if key != user.pk)])


def tell(request, user):
    untold = NewBrowser.objects.filter(user=user, is_told=False)
    for found in untold:
        values = {"browser": known_devices.shown(found.name), "time": moment(found.made)}
        text = _(
            "%(time)s: signed in from a browser not seen before, %(browser)s. If this was not "
            "you, change your password and tell an administrator."
        )
        messages.warning(request, text % values)
    untold.update(is_told=True)


def moment(time):
    return date_format(timezone.localtime(time), "DATETIME_FORMAT")


def tidy():
    """Forget what is over: old notices, and sessions that have ended by themselves."""
    now = timezone.now()
    NewBrowser.objects.filter(made__lt=now - NOTICE_TERM).delete()
    Session.objects.filter(expire_date__lt=now).delete()
