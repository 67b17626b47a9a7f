"""The query parameters of pages: which parts of a query string belong to the address of a page.

A view names its parameters and their values. Whatever else a query string has makes no other page:
the page cache, canonical links and deploy/nginx.conf leave it out.
"""

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, URLResolver, get_resolver, get_urlconf
from django.utils import translation

MAX_PARAMETERS = 20  # of a query string; one that has more counts as empty
MAX_FOUND = 1_024  # paths whose parameters a process keeps
PARALLEL = {"view": {"parallel"}}  # of pages with statements: both languages side by side
# Of lists on several pages: the number of the page. The first one has none.
NUMBERED = {"page": frozenset(map(str, range(2, 1_000)))}

# The values of a parameter, or a function that returns those of a language by its code.
type Values = Collection[str] | Callable[[str], Collection[str]]
# The values of each parameter, by its name.
type Parameters = Mapping[str, Collection[str]]


class PageParameters(NamedTuple):
    """The parameters of a view; those in `repeated` may have several values at once."""

    values: Mapping[str, Values]
    repeated: Collection[str]

    def in_language(self, language: str) -> Parameters:
        """Return the values of each parameter in a language."""
        return {
            name: values(language) if callable(values) else values
            for name, values in self.values.items()
        }


NONE = PageParameters({}, ())


def page_parameters[View: Callable[..., object]](
    values: Mapping[str, Values], repeated: Collection[str] = ()
) -> Callable[[View], View]:
    """Return a decorator that names the parameters of a view, and which may have several values."""

    def decorator(view: View) -> View:
        view.__dict__["page_parameters"] = PageParameters(values, repeated)
        return view

    return decorator


def parameters_of_path(path: str, language: str) -> PageParameters:
    """Return the parameters of the view that a path such as /en/goals/x/ leads to."""
    return find_parameters(get_resolver(get_urlconf()), path, language)


@lru_cache(MAX_FOUND)
def find_parameters(resolver: URLResolver, path: str, language: str) -> PageParameters:
    """Return the result of parameters_of_path(), which a page needs for each language."""
    with translation.override(language):
        try:
            view = resolver.resolve(path).func
        except Resolver404:
            return NONE
    parameters: PageParameters = getattr(view, "page_parameters", NONE)
    return parameters


def canonical_query(path: str, query: str) -> str:
    """Return the part of a query string that belongs to the page of a path, without the "?".

    Each known value stands there once, sorted by name and value: the order and number of
    parameters in `query` make no difference. Of a parameter that is not repeated, the last known
    value counts.
    """
    if not query:
        return ""
    # An address without a language is that of a part of the site map.
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    parameters = parameters_of_path(path, language)
    if not parameters.values:
        return ""
    try:
        given = parse_qsl(query, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        return ""
    values = parameters.in_language(language)
    known = [(name, value) for name, value in given if value in values.get(name, ())]
    last = dict(known)
    kept = {(n, v) for n, v in known if n in parameters.repeated or v == last[n]}
    return urlencode(sorted(kept))


def numbered_page(request: HttpRequest) -> int:
    """Return the number of the page that a request asks for; 1 where it names none or another."""
    number = request.GET.get("page", "")
    return int(number) if number in NUMBERED["page"] else 1


def canonical_path(path: str, query: str) -> str:
    """Return the path of a page with the part of a query string that belongs to it."""
    known = canonical_query(path, query)
    return f"{path}?{known}" if known else path
