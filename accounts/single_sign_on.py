"""Signing in with the OpenID Connect provider that the environment names.

This module is imported only if there is one, because its libraries take six megabytes of memory in
each process. For the same reason the app of django-allauth is not in INSTALLED_APPS, and its
provider is registered here.
"""

import logging
import threading
from http import HTTPStatus
from time import monotonic
from typing import Any

import jwt
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from requests import RequestException, Response

logger = logging.getLogger(__name__)
PROVIDER = "sso"
METADATA = "/.well-known/openid-configuration"
registry.register(OpenIDConnectProvider)
# Of ID tokens: signatures with a public key. OpenID Connect Core 1.0, 15.1, requires RS256.
ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"}
# Seconds in which the provider is not asked after it has failed: each request that waits for its
# timeout takes one of the few threads from readers.
PAUSE_SECONDS = 15
away_until = 0.0  # monotonic() seconds
# One request of a process at a time asks the provider; others wait for their turn for a moment.
MAX_WAIT_SECONDS = 1
asking = threading.Lock()


class SignedTokenAdapter(OpenIDConnectOAuth2Adapter):
    """Requires an ID token, and checks its signature with the keys of the provider.

    django-allauth does not, where the token comes from the provider by TLS.
    """

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Return the login of a person; raises OAuth2Error if the answers do not fit together."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("The provider has sent no ID token.")
        login: SocialLogin = super().complete_login(request, app, token, **kwargs)
        data = login.account.extra_data
        if data["userinfo"].get("sub") != data["id_token"]["sub"]:  # OpenID Connect Core 1.0, 5.3.2
            raise OAuth2Error("The data of the user are those of another one.")
        return login

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        try:
            if jwt.get_unverified_header(id_token)["alg"] not in ALGORITHMS:
                raise OAuth2Error("The ID token is signed by an algorithm that is not allowed.")
            claims: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (jwt.PyJWTError, KeyError, TypeError, ValueError) as error:
            raise OAuth2Error("The ID token, or a key of the provider, cannot be read.") from error
        return claims


@never_cache
@require_POST
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Show a page with a link to the provider.

    A redirect is not possible: the content security policy (form-action) keeps a browser from
    following it to another host after a form.
    """
    global away_until
    if monotonic() < away_until or not asking.acquire(timeout=MAX_WAIT_SECONDS):
        return unavailable(request)
    try:
        response: HttpResponse = OAuth2LoginView.adapter_view(adapter(request, provider_id))(
            request
        )
    except (RequestException, KeyError, ValueError) as error:  # away, or no OpenID Connect
        away_until = monotonic() + PAUSE_SECONDS
        logger.warning("The provider of single sign-on does not answer: %s", type(error).__name__)
        return unavailable(request)
    finally:
        asking.release()
    if response.status_code != HTTPStatus.FOUND:
        return response
    return render(request, "accounts/leaving.html", {"address": response.headers["Location"]})


def unavailable(request: HttpRequest) -> HttpResponse:
    """Return the page that says that the provider cannot be reached, with status 503."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return render(request, "socialaccount/authentication_error.html", status=status)


@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in a person who comes back from the provider."""
    view = OAuth2CallbackView.adapter_view(adapter(request, provider_id))
    response: HttpResponse = view(request)
    return response


def adapter(request: HttpRequest, provider_id: str) -> SignedTokenAdapter:
    """Return the adapter of a provider; raises Http404 if there is none."""
    adapter = SignedTokenAdapter(request, provider_id)
    try:
        adapter.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return adapter


def refuse_other_issuers(response: Response, **options: Any) -> None:
    """Raise RequestException if the metadata of the provider name another issuer.

    It is a response hook of requests.
    """
    if METADATA in response.url and response.ok:
        issuer = str(response.json().get("issuer", ""))
        if issuer.rstrip("/") != settings.OIDC_ISSUER:
            logger.error("The metadata of OIDC_ISSUER have another issuer.")
            # nosemgrep: address-fetched (an exception)
            raise RequestException(METADATA)
