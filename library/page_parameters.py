"""The query parameters of pages: which parts of a query string belong to the address of a page.

A view names its parameters and their values. Whatever else a query string has makes no other page:
the page cache, canonical links and deploy/nginx.conf leave it out.
"""

from collections.abc import Callable, Collection, Mapping
from urllib.parse import parse_qsl, urlencode

from django.urls import Resolver404, resolve
from django.utils import translation

MAX_PARAMETERS = 20  # of a query string; one that has more counts as empty
PARALLEL = {"view": {"parallel"}}  # of pages with statements: both languages side by side

# The values of each parameter, by its name.
type Parameters = Mapping[str, Collection[str]]


def page_parameters[View: Callable[..., object]](parameters: Parameters) -> Callable[[View], View]:
    """Return a decorator that names the parameters of a view; each may have several values."""

    def decorator(view: View) -> View:
        view.__dict__["page_parameters"] = parameters
        return view

    return decorator


def parameters_of_path(path: str) -> Parameters:
    """Return the parameters of the view that a path such as /en/goals/x/ leads to; {} for none."""
    language = translation.get_language_from_path(path)
    if language is None:
        return {}
    with translation.override(language):
        try:
            view = resolve(path).func
        except Resolver404:
            return {}
    parameters: Parameters = getattr(view, "page_parameters", {})
    return parameters


def canonical_query(path: str, query: str) -> str:
    """Return the part of a query string that belongs to the page of a path, without the "?".

    Each known value stands there once, sorted by name and value: the order and number of
    parameters in `query` make no difference.
    """
    if not query:
        return ""
    try:
        given = parse_qsl(query, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        return ""
    parameters = parameters_of_path(path)
    known = {(name, value) for name, value in given if value in parameters.get(name, ())}
    return urlencode(sorted(known))


def canonical_path(path: str, query: str) -> str:
    """Return the path of a page with the part of a query string that belongs to it."""
    known = canonical_query(path, query)
    return f"{path}?{known}" if known else path
