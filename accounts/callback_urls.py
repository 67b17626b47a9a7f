"""Addresses that a provider of single sign-on leads back to, the same in all languages."""

from django.urls import path

from accounts import single_sign_on

urlpatterns = [
    path("<slug:provider_id>/login/", single_sign_on.login, name="openid_connect_login"),
    path("<slug:provider_id>/callback/", single_sign_on.callback, name="openid_connect_callback"),
]
