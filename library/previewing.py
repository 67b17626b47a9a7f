"""A draft on the page that it will have: for staff, in an address that says which record is meant.

`?preview=goals.goal.3` shows that goal as if it were published, and nothing else that is not.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.utils.cache import add_never_cache_headers
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override

from bilingual.versions import remembered

PARAMETER = "preview"

previewed = ContextVar("previewed", default=None)


@contextmanager
def previewing(container):
    token = previewed.set(container)
    try:
        yield
    finally:
        previewed.reset(token)


def is_shown(model):
    """Return the filter of the records of a Cited model that a page shows."""
    prefix = model.publisher()
    shown = Q(**{f"{prefix}is_published": True})
    draft = previewed.get()
    container = model._meta.get_field(prefix[:-2]).related_model if prefix else model
    if isinstance(draft, container):
        shown |= Q(**{f"{prefix}pk": draft.pk})
    return shown


def remembered_for_readers(function):
    """Remember what a function answers, as remembered() does, but not while a draft is shown."""
    for_readers = remembered(function)

    @wraps(function)
    def answering(*arguments):
        return (for_readers if previewed.get() is None else function)(*arguments)

    return answering


def address_of(container):
    """Return the address of a container's preview."""
    wanted = f"{container._meta.label_lower}.{container.pk}"
    return f"{container.get_absolute_url()}?{PARAMETER}={wanted}"


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
    from library.models import Container

    label, _dot, key = wanted.rpartition(".")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    permission = f"{model._meta.app_label}.view_{model._meta.model_name}"
    if not issubclass(model, Container) or not user.is_staff or not user.has_perm(permission):
        return None
    return model.objects.filter(pk=key).first() if key.isdecimal() else None
