"""Addresses of accounts: those of django-allauth that the portal has, under its names."""

from allauth.account import views as account
from django.urls import path, re_path

from accounts import views

urlpatterns = [
    path("", views.home, name="account_home"),
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", views.reset_password, name="account_reset_password"),
    path("password/reset/sent/", views.reset_password_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        views.reset_password_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        views.reset_password_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("email/", views.email, name="account_email"),
    path("email/sent/", views.email_sent, name="account_email_verification_sent"),
    re_path(r"^email/(?P<key>[-:\w]+)/$", views.confirm_email, name="account_confirm_email"),
]
