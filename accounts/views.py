"""Pages of people's accounts that django-allauth does not have, or has otherwise."""

from functools import wraps

from allauth.account import views
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache


@login_required
def home(request):
    return render(request, "accounts/home.html", {"email": primary_address(request.user)})


def primary_address(user):
    return EmailAddress.objects.get_primary_email(user) or ""


@never_cache
def admin_login(request):
    """Lead from the administration's own address to the page for signing in."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    return redirect(reverse("account_login", query={REDIRECT_FIELD_NAME: wanted}))


def change_password(request):
    return redirect("account_change_password")


def needing_mail(view):
    """Let a page be there where the portal sends mail alone."""

    @wraps(view)
    def answering(request, *arguments, **values):
        if not settings.SENDS_MAIL:
            raise Http404
        return view(request, *arguments, **values)

    return answering


logout = views.logout
email = needing_mail(views.email)
confirm_email = needing_mail(views.confirm_email)
email_sent = needing_mail(views.email_verification_sent)
reset_password = needing_mail(views.password_reset)
reset_password_done = needing_mail(views.password_reset_done)
reset_password_from_key = needing_mail(views.password_reset_from_key)
reset_password_from_key_done = needing_mail(views.password_reset_from_key_done)
