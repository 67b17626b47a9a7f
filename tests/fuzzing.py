"""Requests that nobody meant: any address of the portal, any method, strange parts of all kinds."""

import re
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import URLPattern, get_resolver
from hypothesis import strategies as st

PARAMETER = re.compile(r"<(?:\w+:)?\w+>|\(\?P<\w+>[^)]*\)")
# What pages and forms know, so that requests get beyond the first check.
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
TYPES = [
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded", "application/json",
    "multipart/form-data; boundary=x", "multipart/form-data", "text/xml", "", "\r\nX: y",
    "text/plain; charset=utf-32",
]  # fmt: skip


class Address(NamedTuple):
    """The address of a view as a pattern has it: what is fixed, and what stands between."""

    name: str
    fixed: list


def addresses():
    """Return every address of the portal, those of each language apart."""
    found = []
    for language, _name in settings.LANGUAGES:
        found += walked(get_resolver().url_patterns, "/", language)
    return sorted(set(map(tuple, ((a.name, tuple(a.fixed)) for a in found))))


def walked(patterns, before, language):
    for pattern in patterns:
        route = getattr(pattern.pattern, "_route", None)
        if route is None:
            route = (
                str(getattr(pattern.pattern, "_regex", "")).removeprefix("^").removesuffix(r"\Z")
            )
        if type(pattern.pattern).__name__ == "LocalePrefixPattern":
            route = f"{language}/"
        whole = before + route.removesuffix("$")
        if isinstance(pattern, URLPattern):
            yield Address(whole, PARAMETER.split(whole))
        else:
            yield from walked(pattern.url_patterns, whole, language)


# What stands in addresses of records that there are.
KEYS = ["1", "2", "3", "draft", "GPG-1", "GPG-6", "unodc", "readers", "xliff", "csv", "en"]
TEXT = st.one_of(st.sampled_from(VALUES), st.text(max_size=40))
PAIRS = st.lists(
    st.tuples(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), TEXT), max_size=6
)


def encoded(pairs):
    return urlencode(pairs, errors="surrogatepass")


@st.composite
def requests(draw, known):
    """Return the arguments of `Client.generic()`."""
    _name, fixed = draw(st.sampled_from(known))
    key = st.one_of(st.sampled_from(KEYS), st.sampled_from(KEYS), TEXT)
    between = [quote(draw(key), safe="", errors="surrogatepass") for _ in fixed[1:]]
    path = "".join(part for pair in zip(fixed, [*between, ""], strict=True) for part in pair)
    if draw(st.integers(0, 9)) == 0:
        path += quote(draw(TEXT), safe="/", errors="surrogatepass")
    kind = draw(st.sampled_from(TYPES))
    body = encoded(draw(PAIRS)) if "urlencoded" in kind else draw(st.binary(max_size=200))
    headers = draw(st.dictionaries(st.sampled_from(HEADERS), st.text(max_size=60), max_size=2))
    headers = {
        name: value.encode(errors="replace").decode("latin-1") for name, value in headers.items()
    }
    return {
        "method": draw(st.sampled_from(METHODS)),
        "path": path,
        "data": body,
        "content_type": kind,
        "query_string": encoded(draw(PAIRS)),
        **headers,
    }
