"""The admin of accounts and groups: Django's, with bounded searches and further actions."""

from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.models import User
from editing.admin_pages import ask_first
from portal.invitations_admin import InvitationActions
from portal.personal_data_admin import PersonalDataActions
from search.lookups import BoundedSearch

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(BoundedSearch, auth_admin.GroupAdmin):
    """The admin of roles."""


@admin.register(User)
class UserAdmin(InvitationActions, PersonalDataActions, BoundedSearch, auth_admin.UserAdmin):
    """The admin of accounts."""

    actions = [
        "send_invitations",
        "withdraw_invitations",
        *PersonalDataActions.actions,
        "reset_second_factor",
    ]

    @admin.action(description=_("Reset the second factor"), permissions=["change"])
    def reset_second_factor(
        self, request: HttpRequest, queryset: QuerySet[User]
    ) -> HttpResponse | None:
        """Delete the second factors of people who have lost theirs; asks first.

        If they need one, they set up a new one when they sign in next.
        """
        question = gettext("Shall these people lose their second factor?")
        explanation = gettext(
            "Verify the identity of the person first. All sessions of that person end, and whoever "
            "needs a second factor sets up a new one at the next sign-in."
        )
        name = "reset_second_factor"
        if page := ask_first(self, request, name, question, queryset, explanation):
            return page
        for user in queryset:
            second_factor.reset(user)
            self.log_change(request, user, "The second factor was reset.")
        message = ngettext(
            "The second factor of %(number)s person was reset.",
            "The second factor of %(number)s people was reset.",
            len(queryset),
        )
        self.message_user(request, message % {"number": len(queryset)})
        return None
