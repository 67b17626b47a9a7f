"""Messages of django-allauth that the portal shows, so that makemessages keeps them.

And Django's messages about passwords: its Arabic has wrong plural forms and addresses one person.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

LABELS: list[str | Promise] = [
    _("Username"),
    _("Password"),
    _("Password (again)"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Email"),
    _("Code"),
    _("Authenticator code"),
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
]

REFUSALS: list[str | Promise] = [
    _("You must type the same password each time."),
    _("Please type your current password."),
    _("Incorrect password."),
    _("This email address is already associated with this account."),
    _("A user is already registered with this email address."),
    _("The new value must be different from the current one."),
]

PASSWORDS: list[str | Promise] = [
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
    _("The password is too similar to the %(verbose_name)s."),
    _("Your password can’t be too similar to your other personal information."),
    _("This password is too common."),
    _("Your password can’t be a commonly used password."),
]
