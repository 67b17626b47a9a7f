"""What requests the portal takes: their methods, the kind of their content, and how large they are.

A view that takes other content than forms, or larger ones, says so: `content_types`, `most_bytes`.
"""

from contextlib import suppress
from functools import cache
from inspect import getclosurevars, isfunction

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

SAFE = ("GET", "HEAD")
METHODS = (*SAFE, "POST")
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
BLOCK_BYTES = 65_536  # bytes
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


class RequestLimitsMiddleware:
    """Refuses what no view takes, before anything of it is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, arguments, named):
        allowed = methods_of(view)
        if request.method not in allowed:
            return refused(
                request,
                405,
                _("This address does not take requests of this kind."),
                Allow=", ".join(allowed),
            )
        if request.method != "POST":
            return None
        if size(request) > getattr(view, "most_bytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
            return refused(request, 413, too_large())
        if not is_known(request, getattr(view, "content_types", FORMS)):
            discard(request)
            return refused(
                request,
                415,
                _("What was sent is no form, and this address takes nothing else."),
                Accept=", ".join(sorted(FORMS)),
            )
        return None


def discard(request):
    """Read what was sent: an answer before its end breaks the connection of a proxy that sends."""
    with suppress(UnreadablePostError):
        while request.read(BLOCK_BYTES):
            pass


@cache
def methods_of(view):
    """Return the methods that a view takes: GET and HEAD with @require_safe, else those of forms.

    Django's decorator would refuse the others itself, but only after the token of the form.
    """
    while view is not None:
        closure = getclosurevars(view).nonlocals if isfunction(view) else {}
        methods = closure.get("request_method_list")
        if methods and set(methods) <= set(SAFE):
            return tuple(methods)
        view = getattr(view, "__wrapped__", None)
    return METHODS


def size(request):
    """Return what a request says about its size; Django reads no more than that."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


def is_known(request, types):
    """Whether content is of a known type, in UTF-8 where it says; a request may have none."""
    if not size(request):
        return True
    charset = request.content_params.get("charset", "utf-8")
    return request.content_type in types and charset.lower() in ("utf-8", "utf8")


def too_large():
    return _("What was sent is larger than this address takes, or has too many fields or files.")


def refused(request, status, sentence, **headers):
    """Return the page that says why a request is not taken."""
    response = render(request, "refused.html", {"sentence": sentence}, status=status)
    response["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response[name] = value
    return response


def bad_request(request, exception):
    """Answer a request that Django does not take; one for another host learns nothing."""
    if isinstance(exception, TOO_LARGE):
        return refused(request, 413, too_large())
    if isinstance(exception, MultiPartParserError):
        return refused(request, 400, _("What was sent is incomplete or damaged."))
    return HttpResponse(render_to_string("400.html"), status=400)
