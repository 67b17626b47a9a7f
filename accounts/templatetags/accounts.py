"""Template tags and filters of the pages of accounts."""

from typing import Any

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.forms import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import known_devices, second_factor
from accounts.models import User

register = template.Library()


@register.inclusion_tag("accounts/includes/navigation.html", takes_context=True)
def account_navigation(context: template.RequestContext) -> dict[str, Any]:
    """The links to the pages of a person's own account; `links` are (label, URL, is this page)."""
    request = context["request"]
    pages = [
        (_("Your account"), "account_home", True),
        (_("Second factor"), "mfa_index", True),
        (_("Sessions"), "usersessions_list", True),
        (_("Password"), "account_change_password", True),
        (_("E-mail address"), "account_email", settings.SENDS_MAIL),
        (_("Mails"), "account_mails", settings.NOTIFY_BY_MAIL),
    ]
    links = [(label, reverse(name)) for label, name, is_available in pages if is_available]
    return {
        "links": [(label, url, url == request.path) for label, url in links],
        "is_staff": request.user.is_staff,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def sends_mail() -> bool:
    """Whether the portal can send mail."""
    return settings.SENDS_MAIL


@register.simple_tag
def single_sign_on() -> str:
    """Return the name of the provider of single sign-on, "" if there is none."""
    return settings.OIDC_ISSUER and (settings.OIDC_NAME or _("single sign-on"))


@register.simple_tag
def needs_second_factor(user: User | AnonymousUser) -> bool:
    """Whether a person needs a second factor."""
    return second_factor.is_required(user)


@register.filter
def browser(name: str) -> str:
    """Return the name of a browser for a page."""
    return known_devices.display_name(name)


@register.filter
def without_placeholder(field: BoundField) -> BoundField:
    """Return a field of a form without its placeholder, which would repeat the label.

    The help text of the present password is removed too: it links to a page that needs mail.
    """
    field.field.widget.attrs.pop("placeholder", None)
    if field.name in {"password", "oldpassword"}:
        field.help_text = ""
    return field
