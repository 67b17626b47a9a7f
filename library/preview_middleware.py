"""Shows a draft to those who may see it, where an address asks for its preview."""

from django.apps import apps
from django.conf import settings
from django.utils.cache import add_never_cache_headers
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from library.models import Container
from library.preview import PARAMETER, previewing


class PreviewMiddleware:
    """Shows staff the draft that an address asks for; others get what they always get."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        wanted = request.GET.get(PARAMETER)
        container = find(wanted, request.user) if wanted else None
        if container is None:
            return self.get_response(request)
        request.preview = container
        with previewing(container):
            response = self.get_response(request)
        # The page of the preview shows it in frames.
        response["X-Frame-Options"] = "SAMEORIGIN"
        add_never_cache_headers(response)
        policy = settings.SECURE_CSP | {"frame-ancestors": [CSP.SELF]}
        return csp_override(policy)(lambda request: response)(request)


def find(wanted, user):
    """Return the container that a preview asks for, None where this person may not see it."""
    label, _dot, key = wanted.rpartition(".")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
    if not issubclass(model, Container) or not user.is_staff or not user.has_perm(permission):
        return None
    return model.objects.filter(pk=key).first() if key.isdecimal() else None
