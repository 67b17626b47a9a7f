"""The methods, content types and sizes of requests that the portal accepts.

A view that accepts other content types than forms, or larger requests, has the attributes
`content_types` and `max_request_bytes`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import cache
from inspect import getclosurevars, isfunction
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

SAFE_METHODS = ("GET", "HEAD")
FORM_METHODS = (*SAFE_METHODS, "POST")
FORM_CONTENT_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
BLOCK_BYTES = 65_536  # bytes
TOO_LARGE_ERRORS = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)

type View = Callable[..., HttpResponseBase]


class RequestLimitsMiddleware:
    """Refuses a request that its view does not accept, before its body is parsed.

    Answers with status 405 (method), 413 (size) or 415 (content type).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: View,
        view_args: Sequence[Any],
        view_kwargs: Mapping[str, Any],
    ) -> HttpResponse | None:
        methods = allowed_methods(view)
        if request.method not in methods:
            return refusal_response(
                request,
                405,
                _("This address does not take requests of this kind."),
                Allow=", ".join(methods),
            )
        if request.method != "POST":
            return None
        max_bytes = getattr(view, "max_request_bytes", settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        if content_length(request) > max_bytes:
            return refusal_response(request, 413, too_large_sentence())
        if not has_content_type(request, getattr(view, "content_types", FORM_CONTENT_TYPES)):
            read_to_end(request)
            return refusal_response(
                request,
                415,
                _("The request is not a form, and this address accepts only forms."),
                Accept=", ".join(sorted(FORM_CONTENT_TYPES)),
            )
        return None


def read_to_end(request: HttpRequest) -> None:
    """Read the body and drop it: an answer before its end breaks the connection of a proxy."""
    with suppress(UnreadablePostError):
        while request.read(BLOCK_BYTES):
            pass


@cache
def allowed_methods(view: View | None) -> tuple[str, ...]:
    """Return the methods of a view: GET and HEAD if it has @require_safe, else POST too.

    That decorator would refuse other methods itself, but only after the check of the CSRF token.
    Its list of methods is found in its closure, under the name that Django 6.1 gives it.
    """
    while view is not None:
        closure = getclosurevars(view).nonlocals if isfunction(view) else {}
        methods = closure.get("request_method_list")
        if methods and set(methods) <= set(SAFE_METHODS):
            return tuple(methods)
        view = getattr(view, "__wrapped__", None)
    return FORM_METHODS


def content_length(request: HttpRequest) -> int:
    """Return the Content-Length of a request in bytes; Django reads no more than that."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isascii() and length.isdigit() else 0


def has_content_type(request: HttpRequest, types: Collection[str]) -> bool:
    """Whether a request has no body, or one of these content types in UTF-8."""
    if not content_length(request):
        return True
    charset = (request.content_params or {}).get("charset", "utf-8")
    return request.content_type in types and charset.lower() in ("utf-8", "utf8")


def too_large_sentence() -> str:
    """Return the sentence for a request that is too large, in the active language."""
    return _("The request is larger than this address accepts, or has too many fields or files.")


def refusal_response(
    request: HttpRequest, status: int, sentence: str, **headers: str
) -> HttpResponse:
    """Return a page with the sentence that says why a request is refused."""
    response = render(request, "refused.html", {"sentence": sentence}, status=status)
    response["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response[name] = value
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django refuses (handler400).

    The page for a wrong host has no links, so that it does not show the addresses of the portal.
    """
    if isinstance(exception, TOO_LARGE_ERRORS):
        return refusal_response(request, 413, too_large_sentence())
    if isinstance(exception, MultiPartParserError):
        return refusal_response(request, 400, _("The request is incomplete or damaged."))
    return HttpResponse(render_to_string("400.html"), status=400)
