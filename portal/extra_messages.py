"""Texts of Django that the portal translates itself, listed so that the catalogue keeps them.

The months, because Arabic gives both names of each, as the documents do (تشرين
الأول/أكتوبر); the others, because Django 6.1 has no Arabic for them yet, or one that does not fit
names of either gender. What its scripts
say is in locale/ar/LC_MESSAGES/djangojs.po.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

MONTHS = [
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
]

ADMIN = [
    _("Add %(name)s"),
    _("Add another %(verbose_name)s"),
    _("Select %s to change"),
    _("Select %s to view"),
    _("- Select an option -"),
    _("Run"),
    _("Logout"),
    _("Search %(name)s"),
    _("Filter by %(field_name)s"),
    _("Pagination %(name)s"),
    _("Pagination %(name)s entries"),
    _('The app "%s" could not be found.'),
    _("No %s matches the given query."),
    _("“%(value)s” is not a valid binary value."),
    ngettext_lazy("…and %(count)d more object.", "…and %(count)d more objects."),
    _(
        "Deleting the %(object_name)s “%(escaped_object)s” would result in deleting related "
        "objects, but your account doesn't have permission to delete the following types of "
        "objects:"
    ),
    _(
        "Deleting the %(object_name)s “%(escaped_object)s” would require deleting the following "
        "protected related objects:"
    ),
    _(
        "Are you sure you want to delete the %(object_name)s “%(escaped_object)s”? All of the "
        "following related items will be deleted:"
    ),
]
