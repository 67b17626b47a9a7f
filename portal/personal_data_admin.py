"""Actions of administrators on accounts: exporting personal data and erasing accounts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from history.actors import signed_in
from portal.personal_data import check_erasable, erase_account, export_account

if TYPE_CHECKING:
    # The mixin stands before UserAdmin, whose attributes and methods it uses.
    _Base = admin.ModelAdmin[User]
else:
    _Base = object


class PersonalDataActions(_Base):
    """A mixin for the admin of accounts: two actions for people who may delete an account."""

    actions = ["export_accounts", "erase_accounts"]

    @admin.action(
        description=gettext_lazy("Download what is stored about them"), permissions=["delete"]
    )
    def export_accounts(self, request: HttpRequest, queryset: QuerySet[User]) -> JsonResponse:
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
    def erase_accounts(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Erase the chosen accounts, or first ask for a confirmation."""
        people = list(queryset)
        if "confirmed" not in request.POST:
            return self.confirm_erasure(request, people)
        erased = 0
        for person in people:
            try:
                erase_account(person, signed_in(request))
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

    def confirm_erasure(self, request: HttpRequest, people: Sequence[User]) -> TemplateResponse:
        """Return the page that asks for a confirmation and names the problems of the accounts."""
        problems: list[str] = []
        for person in people:
            try:
                check_erasable(person, signed_in(request))
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
