"""URLs of accounts: the pages of django-allauth that the portal uses, under allauth's names."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, register_converter
from django.urls.converters import StringConverter

from accounts import invitation_views, mail_choices, views


class Base36(StringConverter):
    """The primary key of an account in base 36, as django-allauth writes it in links of mails."""

    regex = "[0-9A-Za-z]+"


register_converter(Base36, "base36")

urlpatterns = [
    path("", views.home, name="account_home"),
    path("login/", views.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", views.reset_password, name="account_reset_password"),
    path("password/reset/sent/", views.reset_password_done, name="account_reset_password_done"),
    path(
        "password/reset/<base36:uidb36>-<str:key>/",
        views.reset_password_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        views.reset_password_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("sessions/", views.session_list, name="usersessions_list"),
    path("sessions/<int:pk>/end/", views.end_session, name="account_end_session"),
    path("second-factor/", second_factor.index, name="mfa_index"),
    path("second-factor/show/", second_factor.authenticate, name="mfa_authenticate"),
    path("second-factor/needed/", views.second_factor_needed, name="account_lacks"),
    path("second-factor/again/", views.reauthenticate_by_code, name="mfa_reauthenticate"),
    path("app/", views.set_up_app, name="mfa_activate_totp"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", views.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "recovery-codes/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/add/", views.add_passkey, name="mfa_add_webauthn"),
    path("passkeys/again/", views.reauthenticate_by_passkey, name="mfa_reauthenticate_webauthn"),
    path("passkeys/login/", views.login_by_passkey, name="mfa_login_webauthn"),
    path("passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("invitation/", invitation_views.invitation, name="account_invitation"),
    path("mails/", mail_choices.mail_choices, name="account_mails"),
    path("email/", views.email, name="account_email"),
    path("email/sent/", views.email_sent, name="account_email_verification_sent"),
    path("email/<str:key>/", views.confirm_email, name="account_confirm_email"),
]
