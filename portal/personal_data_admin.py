"""Administrators give people what is stored about them, and erase accounts."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.personal_data import check_erasable, erase, exported


class PersonalDataActions:
    """Mixed into the admin of accounts: two actions for those who may delete an account."""

    actions = ["export_accounts", "erase_accounts"]

    @admin.action(
        description=gettext_lazy("Download what is stored about them"), permissions=["delete"]
    )
    def export_accounts(self, request, people):
        # What is stored about people with all rights is for people with all rights.
        if not request.user.is_superuser:
            people = people.exclude(is_superuser=True)
        return JsonResponse(
            {"accounts": [exported(person) for person in people]},
            json_dumps_params={"ensure_ascii": False, "indent": 2},
            headers={"Content-Disposition": 'attachment; filename="accounts.json"'},
        )

    @admin.action(description=gettext_lazy("Erase these accounts"), permissions=["delete"])
    def erase_accounts(self, request, people):
        people = list(people)
        if "confirmed" not in request.POST:
            return self.ask_to_erase(request, people)
        erased = 0
        for person in people:
            try:
                erase(person, request.user)
                erased += 1
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
        if erased and any(person.pk == request.user.pk for person in people):
            return redirect("home")  # their own session has ended
        if erased:
            told = ngettext(
                "%(number)s account was erased.", "%(number)s accounts were erased.", erased
            )
            self.message_user(request, told % {"number": erased}, messages.SUCCESS)
        return None

    def ask_to_erase(self, request, people):
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
