"""Actions of administrators on accounts: exporting personal data and erasing accounts."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.personal_data import check_erasable, erase_account, export_account


class PersonalDataActions:
    """A mixin for the admin of accounts: two actions for people who may delete an account."""

    actions = ["export_accounts", "erase_accounts"]

    @admin.action(
        description=gettext_lazy("Download what is stored about them"), permissions=["delete"]
    )
    def export_accounts(self, request, queryset):
        """Answer with a JSON file of the personal data of the chosen accounts."""
        # The data of superusers are for superusers only.
        if not request.user.is_superuser:
            queryset = queryset.exclude(is_superuser=True)
        return JsonResponse(
            {"accounts": [export_account(person) for person in queryset]},
            json_dumps_params={"ensure_ascii": False, "indent": 2},
            headers={"Content-Disposition": 'attachment; filename="accounts.json"'},
        )

    @admin.action(description=gettext_lazy("Erase these accounts"), permissions=["delete"])
    def erase_accounts(self, request, queryset):
        """Erase the chosen accounts, or first ask for a confirmation."""
        people = list(queryset)
        if "confirmed" not in request.POST:
            return self.confirm_erasure(request, people)
        erased = 0
        for person in people:
            try:
                erase_account(person, request.user)
                erased += 1
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
        if erased and any(person.pk == request.user.pk for person in people):
            return redirect("home")  # their own session has ended
        if erased:
            message = ngettext(
                "%(number)s account was erased.", "%(number)s accounts were erased.", erased
            )
            self.message_user(request, message % {"number": erased}, messages.SUCCESS)
        return None

    def confirm_erasure(self, request, people):
        """Return the page that asks for a confirmation and names the problems of the accounts."""
        problems = []
        for person in people:
            try:
                check_erasable(person, request.user)
            except ValidationError as error:
                problems += error.messages
        context = {
            **self.admin_site.each_context(request),
            "title": _("Erase accounts"),
            "opts": self.opts,
            "people": people,
            "problems": problems,
        }
        return TemplateResponse(request, "portal/erase_accounts.html", context)
