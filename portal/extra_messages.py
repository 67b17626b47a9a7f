"""Messages of Django that the portal translates itself, so that makemessages keeps them.

The months: the portal gives both Arabic names of each, as the documents do (تشرين
الأول/أكتوبر). The others: Django 6.1 has no Arabic translation, or one that does not fit nouns of
both genders. The messages of Django's scripts are in locale/ar/LC_MESSAGES/djangojs.po.
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
