"""Texts of django-allauth that the portal shows, listed so that its catalogue has them."""

from django.utils.translation import gettext_lazy as _

LABELS = [
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

REFUSALS = [
    _("You must type the same password each time."),
    _("Please type your current password."),
    _("Incorrect password."),
    _("This email address is already associated with this account."),
    _("A user is already registered with this email address."),
    _("The new value must be different from the current one."),
]
