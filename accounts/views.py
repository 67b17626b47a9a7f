"""Pages of people's accounts that django-allauth does not have, or has otherwise."""

from functools import wraps
from urllib.parse import quote, urlencode

from allauth.account import views
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.base import views as factors
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn import views as passkeys
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import base36_to_int
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import second_factor
from accounts.models import User


@login_required
def home(request):
    return render(request, "accounts/home.html", {"email": primary_address(request.user)})


def primary_address(user):
    return EmailAddress.objects.get_primary_email(user) or ""


@never_cache
def admin_login(request):
    """Lead from the administration's own address to the page for signing in."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
    if getattr(request, "lacks_second_factor", False):
        return redirect(reverse("account_lacks", query={REDIRECT_FIELD_NAME: wanted}))
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    return redirect(reverse("account_login", query={REDIRECT_FIELD_NAME: wanted}))


@login_required
def lacks(request):
    """Lead somebody who needs a second factor to where they set it up, or show it."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    methods = get_adapter().get_reauthentication_methods(request.user)
    shown = [method["url"] for method in methods if method["id"].startswith("mfa_")]
    if shown and second_factor.has_one(request.user):
        # nosemgrep: redirect-to-what-was-asked (what was asked is a query)
        return redirect(f"{shown[-1]}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")
    return redirect("mfa_index")


@login_required
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


def with_new_key(view):
    """Let a page at which people show again who they are give their session a new key then."""

    @wraps(view)
    def answering(request, *arguments, **values):
        before = len(get_authentication_records(request, request.user))
        response = view(request, *arguments, **values)
        if len(get_authentication_records(request, request.user)) > before:
            request.session.cycle_key()
        return response

    return answering


# To change something here, people show again who they are where they signed in a while ago.
asking_again = reauthentication_required(allow_get=True, app="allauth.account")

logout = views.logout
reauthenticate = with_new_key(views.reauthenticate)
reauthenticate_by_code = with_new_key(factors.reauthenticate)
reauthenticate_by_passkey = with_new_key(passkeys.reauthenticate_webauthn)
email = needing_mail(asking_again(views.email))
confirm_email = needing_mail(views.confirm_email)
email_sent = needing_mail(views.email_verification_sent)
reset_password = needing_mail(views.password_reset)
reset_password_done = needing_mail(views.password_reset_done)
reset_password_from_key_done = needing_mail(views.password_reset_from_key_done)


@needing_mail
def reset_password_from_key(request, uidb36, key):
    """Take a new password; whoever uses the same link at the same moment comes second."""
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=number_of(uidb36)).first()
        return views.password_reset_from_key(request, uidb36=uidb36, key=key)


def number_of(uidb36):
    """Return the number of an account in a link, 0 where it is none."""
    try:
        return base36_to_int(uidb36)
    except ValueError:
        return 0


class RecoveryCodesView(ViewRecoveryCodesView):
    """The codes, once; whoever opens the page again learns how many are left."""

    def get_context_data(self, **values):
        context = super().get_context_data(**values)
        text = "\n".join([*context["unused_codes"], ""])
        return context | {"download": f"data:text/plain;charset=utf-8,{quote(text)}"}


class SetUpAppView(ActivateTOTPView):
    def form_valid(self, form):
        response = super().form_valid(form)
        second_factor.note_set_up(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskeyView(passkeys.AddWebAuthnView):
    """A passkey that signs in without a password, by the finger or the PIN of its owner."""

    def get_context_data(self, **values):
        context = super().get_context_data(**values)
        return context | {"options": begin_registration(self.request.user, passwordless=True)}

    def form_valid(self, form):
        response = super().form_valid(form)
        second_factor.note_set_up(self.request, Authenticator.Type.WEBAUTHN)
        return response


class RemovePasskeyView(passkeys.RemoveWebAuthnView):
    def form_valid(self, form):
        if second_factor.may_remove(self.get_object()):
            return super().form_valid(form)
        messages.error(self.request, second_factor.LAST)
        return redirect("mfa_index")


recovery_codes = never_cache(RecoveryCodesView.as_view())
set_up_app = SetUpAppView.as_view()
add_passkey = AddPasskeyView.as_view()
remove_passkey = RemovePasskeyView.as_view()


class SessionsView(ListUserSessionsView):
    """Somebody's sessions, and the browsers that were new to the portal."""

    def get_context_data(self, **values):
        context = super().get_context_data(**values)
        return context | {"new_browsers": self.request.user.new_browsers.all()}


session_list = login_required(asking_again(SessionsView.as_view()))


@login_required
@require_POST
@asking_again
def end_session(request, pk):
    """End one of somebody's own sessions; the one that asks ends by signing out."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.is_current():
        return redirect("account_logout")
    session.end()
    messages.success(request, _("The session has ended."))
    return redirect("usersessions_list")


def provider_login(request, provider_id):
    from accounts import single_sign_on

    return single_sign_on.login(request, provider_id)


def provider_callback(request, provider_id):
    from accounts import single_sign_on

    return single_sign_on.callback(request, provider_id)
