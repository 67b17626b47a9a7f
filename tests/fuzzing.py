"""Random requests to any address of the portal: unusual methods, parameters, bodies and headers."""

import re
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import URLPattern, get_resolver
from hypothesis import strategies as st

PARAMETER = re.compile(r"<(?:\w+:)?\w+>|\(\?P<\w+>[^)]*\)")
# Parameters of pages and forms, so that some requests pass the first checks.
NAMES = """
    q page view basis preview next fp section document sdg type items seen change record o p all e
    _popup _to_field _changelist_filters action _selected_action select_across index _save _propose
    _continue _saveasnew id number slug code title_ar title_en text_ar text_en is_published
    publish_at line reason_en username password language state file format csrfmiddlewaretoken
    term field app_label model_name model_ar objectives-TOTAL_FORMS objectives-INITIAL_FORMS
    objectives-0-id objectives-0-text_en initial-title_en _position revision_comment post
""".split()  # noqa: SIM905
VALUES = [
    "1", "0", "-1", "999999999999999999999", "on", "terrorism", "GPG-1.3", "SDG-16", "ar", "en",
    "fr", "goals.goal.1", "goals.goal.x", "parallel", "set", "2026-11-22 10:00", "//evil.example/",
    "https://evil.example", "javascript:alert(1)", "/ar/", "../../etc/passwd", "%00", "\0",
    "' OR 1=1 --", "الإرهاب", "\u202egpj", "<script>alert(1)</script>", "{{ 7*7 }}", "=1+1",
    "publish", "delete_selected", "1,2,3", "[]", "{}", "None", "\ud800",
]  # fmt: skip
METHODS = [
    "GET",
    "GET",
    "GET",
    "POST",
    "POST",
    "HEAD",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
]
METHODS += ["PROPFIND", "gEt"]
HEADERS = [
    "HTTP_HOST", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_COOKIE", "HTTP_REFERER",
    "HTTP_ORIGIN", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_FOR",
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_AUTHORIZATION",
    "HTTP_X_REQUEST_ID", "HTTP_X_HTTP_METHOD_OVERRIDE", "HTTP_X_REQUESTED_WITH", "HTTP_USER_AGENT",
]  # fmt: skip
CONTENT_TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "application/json",
    "multipart/form-data; boundary=x", "multipart/form-data", "text/xml", "", "\r\nX: y",
    "text/plain; charset=utf-32",
]  # fmt: skip


class Address(NamedTuple):
    """The route of a view, and its fixed parts, between which the parameters are."""

    route: str
    fixed_parts: tuple[str, ...]


def addresses():
    """Return every Address of the portal as a sorted list, for each language."""
    found = set()
    for language, _name in settings.LANGUAGES:
        found |= set(pattern_addresses(get_resolver().url_patterns, "/", language))
    return sorted(found)


def pattern_addresses(patterns, prefix, language):
    """Yield the Address of each view below a list of URL patterns."""
    for pattern in patterns:
        route = getattr(pattern.pattern, "_route", None)
        if route is None:
            route = (
                str(getattr(pattern.pattern, "_regex", "")).removeprefix("^").removesuffix(r"\Z")
            )
        if type(pattern.pattern).__name__ == "LocalePrefixPattern":
            route = f"{language}/"
        full_route = prefix + route.removesuffix("$")
        if isinstance(pattern, URLPattern):
            yield Address(full_route, tuple(PARAMETER.split(full_route)))
        else:
            yield from pattern_addresses(pattern.url_patterns, full_route, language)


# Parts of the addresses of records that exist.
KEYS = ["1", "2", "3", "draft", "GPG-1", "GPG-6", "unodc", "readers", "xliff", "csv", "en"]
TEXT = st.one_of(st.sampled_from(VALUES), st.text(max_size=40))
PAIRS = st.lists(
    st.tuples(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), TEXT), max_size=6
)


def encode(pairs):
    """Return pairs of texts as a query string; they may have surrogates."""
    return urlencode(pairs, errors="surrogatepass")


@st.composite
def requests(draw, known_addresses):
    """Draw the arguments of `Client.generic()` for one request."""
    _route, fixed_parts = draw(st.sampled_from(known_addresses))
    key = st.one_of(st.sampled_from(KEYS), st.sampled_from(KEYS), TEXT)
    parameters = [quote(draw(key), safe="", errors="surrogatepass") for _ in fixed_parts[1:]]
    pairs = zip(fixed_parts, [*parameters, ""], strict=True)
    path = "".join(part for pair in pairs for part in pair)
    if draw(st.integers(0, 9)) == 0:
        path += quote(draw(TEXT), safe="/", errors="surrogatepass")
    content_type = draw(st.sampled_from(CONTENT_TYPES))
    is_form = "urlencoded" in content_type
    body = encode(draw(PAIRS)) if is_form else draw(st.binary(max_size=200))
    headers = draw(st.dictionaries(st.sampled_from(HEADERS), st.text(max_size=60), max_size=2))
    headers = {
        name: value.encode(errors="replace").decode("latin-1") for name, value in headers.items()
    }
    return {
        "method": draw(st.sampled_from(METHODS)),
        "path": path,
        "data": body,
        "content_type": content_type,
        "query_string": encode(draw(PAIRS)),
        **headers,
    }
