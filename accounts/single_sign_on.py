"""Signing in with the OpenID Connect provider that the environment names.

This module is imported only if there is one, because its libraries take six megabytes of memory in
each process. For the same reason the app of django-allauth is not in INSTALLED_APPS, and its
provider is registered here.
"""

import logging
from http import HTTPStatus
from typing import Any

from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.openid_connect import views
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from requests import RequestException, Response

logger = logging.getLogger(__name__)
PROVIDER = "sso"
METADATA = "/.well-known/openid-configuration"
registry.register(OpenIDConnectProvider)


@never_cache
@require_POST
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Show a page with a link to the provider.

    A redirect is not possible: the content security policy (form-action) keeps a browser from
    following it to another host after a form.
    """
    try:
        response: HttpResponse = views.login(request, provider_id)
    except (RequestException, KeyError, ValueError):  # away, or no provider of OpenID Connect
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "socialaccount/authentication_error.html", status=status)
    if response.status_code != HTTPStatus.FOUND:
        return response
    return render(request, "accounts/leaving.html", {"address": response.headers["Location"]})


@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in a person who comes back from the provider."""
    response: HttpResponse = views.callback(request, provider_id)
    return response


def refuse_other_issuers(response: Response, **options: Any) -> None:
    """Raise RequestException if the metadata of the provider name another issuer.

    It is a response hook of requests.
    """
    if METADATA in response.url and response.ok:
        issuer = str(response.json().get("issuer", ""))
        if issuer.rstrip("/") != settings.OIDC_ISSUER:
            logger.error("The metadata of OIDC_ISSUER have another issuer.")
            raise RequestException(METADATA)
