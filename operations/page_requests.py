"""What a page is asked for by, and nothing else: a request as the page cache hands it on.

A page is kept under what it depends on: scheme, host, path, and those parts of the query that pages
know. Django is asked without the rest of the request, so that nothing else can get into a page.
"""

import re
from io import BytesIO
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.conf import settings

METHODS = {"GET", "HEAD"}
PRIVATE = re.compile(rf"\b(?:{settings.SESSION_COOKIE_NAME}|{settings.COOKIE_PREFIX}messages)=")
LANGUAGES = "|".join(code for code, _name in settings.LANGUAGES)
# Pages whose answer depends on more, or changes with every question, are asked of Django itself.
PAGES = re.compile(rf"/(?:{LANGUAGES})/(?!(?:{'|'.join(settings.PAGES_NOT_KEPT)})/)|/sitemap\.xml$")


class Key(NamedTuple):
    """Where a page is kept."""

    scheme: str
    host: str
    script: str
    path: str
    query: str


def key_of(environ):
    """Return the Key of the page that a request asks for, None where it asks for no such page."""
    if environ["REQUEST_METHOD"] not in METHODS or not PAGES.match(environ["PATH_INFO"]):
        return None
    cookies = environ.get("HTTP_COOKIE")
    if (cookies and PRIVATE.search(cookies)) or "HTTP_AUTHORIZATION" in environ:
        return None
    query = environ.get("QUERY_STRING", "")
    return Key(
        scheme_of(environ),
        environ.get("HTTP_HOST", "").lower(),
        environ.get("SCRIPT_NAME", ""),
        environ["PATH_INFO"],
        known(query) if query else "",
    )


def scheme_of(environ):
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        return "https" if environ.get(name) == secure else "http"
    return environ["wsgi.url_scheme"]


def known(query):
    """Return the parts of a query that pages know, in the order of their names."""
    try:
        parts = parse_qsl(query, max_num_fields=20)
    except ValueError:
        return ""
    parameters = settings.PAGE_PARAMETERS
    return urlencode(sorted({(n, value) for n, value in parts if value in parameters.get(n, ())}))


def request_of(environ, key, token):
    """Return the environment of the request for the page of a key, made from a version or newer."""
    request = {name: value for name, value in environ.items() if not name.startswith("HTTP_")}
    request |= {
        "REQUEST_METHOD": "GET",
        "HTTP_HOST": key.host,
        "QUERY_STRING": key.query,
        "CONTENT_LENGTH": "",
        "wsgi.input": BytesIO(),
        "portal.page": token,
    }
    if settings.SECURE_PROXY_SSL_HEADER:
        name, secure = settings.SECURE_PROXY_SSL_HEADER
        request[name] = secure if key.scheme == "https" else ""
    return request
