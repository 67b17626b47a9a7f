from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import known_devices, second_factor

register = template.Library()


@register.inclusion_tag("accounts/includes/navigation.html", takes_context=True)
def account_navigation(context):
    """The pages of somebody's own account, for them."""
    request = context["request"]
    pages = [
        (_("Your account"), "account_home", True),
        (_("Second factor"), "mfa_index", True),
        (_("Sessions"), "usersessions_list", True),
        (_("Password"), "account_change_password", True),
        (_("E-mail address"), "account_email", settings.SENDS_MAIL),
    ]
    links = [(label, reverse(name)) for label, name, is_there in pages if is_there]
    return {
        "links": [(label, url, url == request.path) for label, url in links],
        "is_staff": request.user.is_staff,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag
def sends_mail():
    return settings.SENDS_MAIL


@register.simple_tag
def single_sign_on():
    """The name of the provider that people may sign in by, "" where there is none."""
    return settings.OIDC_ISSUER and (settings.OIDC_NAME or _("single sign-on"))


@register.simple_tag
def needs_second_factor(user):
    return second_factor.is_obliged(user)


@register.filter
def browser(name):
    return known_devices.shown(name)


@register.filter
def without_placeholder(field):
    """A field of a form, whose label already says what a placeholder would repeat.

    That of one's present password has no help either, which would lead to a page that needs mail.
    """
    field.field.widget.attrs.pop("placeholder", None)
    if field.name in {"password", "oldpassword"}:
        field.help_text = ""
    return field
