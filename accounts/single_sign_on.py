"""Signing in by the provider of OpenID Connect that the environment names."""

from http import HTTPStatus

from allauth.socialaccount.providers.openid_connect import views
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from requests import RequestException

PROVIDER = "sso"


@never_cache
@require_POST
def login(request, provider_id):
    """Lead to the provider, by a page: forms may not be sent on to another host (form-action)."""
    try:
        response = views.login(request, provider_id)
    except (RequestException, KeyError, ValueError):  # away, or no provider of OpenID Connect
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "socialaccount/authentication_error.html", status=status)
    if response.status_code != HTTPStatus.FOUND:
        return response
    return render(request, "accounts/leaving.html", {"address": response.headers["Location"]})


@never_cache
def callback(request, provider_id):
    return views.callback(request, provider_id)
