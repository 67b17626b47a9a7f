"""The page to which the link of an invitation leads."""

from allauth.account.forms import ResetPasswordKeyForm
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts import invitations, known_devices
from accounts.limits import limited

TEMPLATE = "accounts/invitation.html"


@sensitive_post_parameters()
@limited("invitation", lambda request: None)
@transaction.atomic
def invitation(request: HttpRequest) -> HttpResponse:
    """Let the reader of an invitation set the first password, then lead them to signing in.

    The key of the link is in the query, which logs leave out.
    """
    found = invitations.find_open(request.GET.get("key", ""))
    if found is None:
        return render(request, TEMPLATE, status=404)
    form = ResetPasswordKeyForm(request.POST or None, user=found.user)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form, "person": found.user})
    form.save()
    invitations.accept(found)
    logout(request)  # whoever was signed in here: an administrator who tried the link
    name = found.user.get_username()
    messages.success(
        request, _("The password is set. Please sign in as %(name)s.") % {"name": name}
    )
    response = redirect("account_login")
    known_devices.remember(request, response, found.user.pk, has_signed_in=False)
    return response
