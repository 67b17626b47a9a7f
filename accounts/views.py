"""Views of accounts that django-allauth does not have, or that change its views."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import quote, urlencode

from allauth.account import views
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from allauth.mfa.base import views as mfa_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn import views as passkey_views
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import base36_to_int
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import known_devices, second_factor
from accounts.limits import account_by_email, account_by_name, account_by_pk, any_account, limited
from accounts.models import User
from accounts.requests import SignedInRequest

type View[R: HttpRequest, **P] = Callable[Concatenate[R, P], HttpResponseBase]


@login_required
def home(request: SignedInRequest) -> HttpResponse:
    """The first page of a person's own account."""
    return render(request, "accounts/home.html", {"email": primary_email(request.user)})


def primary_email(user: User) -> str:
    """Return the primary e-mail address of an account, "" if it has none."""
    return EmailAddress.objects.get_primary_email(user) or ""


@never_cache
def admin_login(request: HttpRequest) -> HttpResponse:
    """Redirect from the admin's page for signing in to that of the portal."""
    next_url = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
    if getattr(request, "lacks_second_factor", False):
        return redirect(reverse("account_lacks", query={REDIRECT_FIELD_NAME: next_url}))
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    return redirect(reverse("account_login", query={REDIRECT_FIELD_NAME: next_url}))


@login_required
def second_factor_needed(request: SignedInRequest) -> HttpResponse:
    """Redirect a person to the page for showing a second factor, or for setting one up."""
    next_url = request.GET.get(REDIRECT_FIELD_NAME, "")
    methods = get_adapter().get_reauthentication_methods(request.user)
    urls = [method["url"] for method in methods if method["id"].startswith("mfa_")]
    if urls and second_factor.is_set_up(request.user):
        # nosemgrep: redirect-to-what-was-asked (it is only a value in the query)
        return redirect(f"{urls[-1]}?{urlencode({REDIRECT_FIELD_NAME: next_url})}")
    return redirect("mfa_index")


@login_required
def change_password(request: HttpRequest) -> HttpResponse:
    """Redirect from the admin's page for a new password to that of the portal."""
    return redirect("account_change_password")


def mail_required[**P](view: View[HttpRequest, P]) -> View[HttpRequest, P]:
    """Return a view that raises Http404 if the portal does not send mail."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.SENDS_MAIL:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapper


def cycle_session_key[**P](view: View[SignedInRequest, P]) -> View[SignedInRequest, P]:
    """Return a view of reauthentication that gives the session a new key when it succeeds."""

    @wraps(view)
    def wrapper(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        before = len(get_authentication_records(request, request.user))
        response = view(request, *args, **kwargs)
        after = len(get_authentication_records(request, request.user))
        if after > before:
            request.session.cycle_key()
        return response

    return wrapper


# Asks people to sign in again before a change, unless they did so a short time ago.
recent_sign_in_required = reauthentication_required(allow_get=True, app="allauth.account")


@limited("sign_in", lambda request: account_by_name(request, request.POST.get("login", "")))
def login(request: HttpRequest) -> HttpResponse:
    """The page for signing in."""
    response: HttpResponse = views.login(request)
    return response


@limited("passkey", any_account)
def login_by_passkey(request: HttpRequest) -> HttpResponse:
    """Sign in by a passkey; the page for signing in sends it."""
    response: HttpResponse = passkey_views.login_webauthn(request)
    return response


logout = views.logout
reauthenticate = cycle_session_key(views.reauthenticate)
reauthenticate_by_code = cycle_session_key(mfa_views.reauthenticate)
reauthenticate_by_passkey = cycle_session_key(passkey_views.reauthenticate_webauthn)
email = mail_required(recent_sign_in_required(views.email))
confirm_email = mail_required(views.confirm_email)
email_sent = mail_required(views.email_verification_sent)
reset_password_done = mail_required(views.password_reset_done)
reset_password_from_key_done = mail_required(views.password_reset_from_key_done)


@mail_required
@limited(
    "reset_mail",
    lambda request: account_by_email(request, request.POST.get("email", "")),
    field="email",
)
def reset_password(request: HttpRequest) -> HttpResponse:
    """The page for asking for a mail with a link for a new password."""
    response: HttpResponse = views.password_reset(request)
    return response


@mail_required
@limited("reset_link", lambda request, uidb36, key: account_by_pk(request, user_pk(uidb36)))
def reset_password_from_key(request: HttpRequest, uidb36: str, key: str) -> HttpResponse:
    """Set a new password; the account is locked, so that a link cannot be used twice at once."""
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=user_pk(uidb36)).first()
        response: HttpResponse = set_password_from_key(request, uidb36=uidb36, key=key)
    return response


class PasswordFromKeyView(views.PasswordResetFromKeyView):
    """Setting a new password; the account then knows the browser, and its attempts count apart."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        known_devices.remember(self.request, response, self.reset_user.pk, has_signed_in=False)
        return response


set_password_from_key = PasswordFromKeyView.as_view()


def user_pk(uidb36: str) -> int:
    """Return the primary key in a link for a new password, 0 if it is not valid."""
    try:
        return base36_to_int(uidb36)
    except ValueError:
        return 0


class RecoveryCodesView(ViewRecoveryCodesView):
    """The recovery codes, shown once, with a link to download them.

    Opened again, the page shows only how many are left.
    """

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        text = "\n".join([*context["unused_codes"], ""])
        return context | {"download": f"data:text/plain;charset=utf-8,{quote(text)}"}


class SetUpAppView(ActivateTOTPView):
    """Setting up an app for one-time codes."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.record_set_up(self.request, Authenticator.Type.TOTP)
        return response


class AddPasskeyView(passkey_views.AddWebAuthnView):
    """Adding a passkey for signing in without a password; the device asks for a PIN or the like."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"options": begin_registration(self.request.user, passwordless=True)}

    def form_valid(self, form: BaseForm) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        second_factor.record_set_up(self.request, Authenticator.Type.WEBAUTHN)
        return response


class RemovePasskeyView(passkey_views.RemoveWebAuthnView):
    """Removing a passkey, unless it is the last second factor of a person who needs one."""

    def form_valid(self, form: BaseForm) -> HttpResponse:
        if second_factor.may_remove(self.get_object()):
            response: HttpResponse = super().form_valid(form)
            return response
        messages.error(self.request, second_factor.LAST_FACTOR_ERROR)
        return redirect("mfa_index")


recovery_codes = never_cache(RecoveryCodesView.as_view())
set_up_app = SetUpAppView.as_view()
add_passkey = AddPasskeyView.as_view()
remove_passkey = RemovePasskeyView.as_view()


class SessionsView(ListUserSessionsView):
    """The sessions of a person, and the notices about unknown browsers."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"new_browsers": self.request.user.new_browsers.all()}


session_list = login_required(recent_sign_in_required(SessionsView.as_view()))


@login_required
@require_POST
@recent_sign_in_required
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    """End one of the person's own sessions; for the present session, redirect to signing out."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.is_current():
        return redirect("account_logout")
    session.end()
    messages.success(request, _("The session has ended."))
    return redirect("usersessions_list")


def provider_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Start signing in with a provider; the module is imported when it is needed."""
    from accounts import single_sign_on

    return single_sign_on.login(request, provider_id)


def provider_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in a person who comes back from a provider."""
    from accounts import single_sign_on

    return single_sign_on.callback(request, provider_id)
