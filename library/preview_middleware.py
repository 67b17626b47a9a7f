"""Middleware for previews of drafts."""

from collections.abc import Callable
from typing import cast

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from history.actors import Visitor
from library.models import Container, Document
from library.preview import PREVIEW_PARAMETER, previewing


class PreviewRequest(HttpRequest):
    """A request that previews a container."""

    preview: Container | Document | None


class PreviewMiddleware:
    """Shows the draft that the parameter `preview` names to staff who may view it.

    Such a response may be framed by the portal and is never cached. All other requests are
    handled as if the parameter were not there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reference = request.GET.get(PREVIEW_PARAMETER)
        container = find_container(reference, request.user) if reference else None
        cast(PreviewRequest, request).preview = container
        if container is None:
            return self.get_response(request)
        with previewing(container):
            response = self.get_response(request)
        # The page of the preview shows it in frames.
        response["X-Frame-Options"] = "SAMEORIGIN"
        add_never_cache_headers(response)
        policy = settings.SECURE_CSP | {"frame-ancestors": [CSP.SELF]}
        return csp_override(policy)(lambda request: response)(request)


def find_container(reference: str, user: Visitor) -> Container | Document | None:
    """Return the container or document that a reference such as goals.goal.3 names.

    None where it does not exist, or where the user is not staff or may not view it.
    """
    label, _dot, key = reference.rpartition(".")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
    if not issubclass(model, Container | Document):
        return None
    if not user.is_staff or not user.has_perm(permission):
        return None
    return model.objects.filter(pk=key).first() if key.isdecimal() else None
