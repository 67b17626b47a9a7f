"""The template variables that every page has."""

from django.http import HttpRequest
from django.utils.translation import get_language, gettext

from history.content_version import current_version
from languages import languages
from languages.public_origin import public_origin
from library.page_parameters import canonical_path
from library.preview import previewed_container
from portal.help import PAGES
from portal.overview_figure import Framework


def page(request: HttpRequest) -> dict[str, object]:
    """Return the variables of every page.

    `translations` are its addresses in all languages, `section` is its part of the portal,
    `content` a function for the key of fragments in the cache, `origin` the scheme and host of
    absolute addresses, `canonical` the path of a page with the parameters that belong to it.
    """
    return {
        "translations": translated_addresses(request),
        "is_parallel": request.GET.get("view") == "parallel",
        "framework": Framework(),
        "help_pages": PAGES,
        "section": section(request),
        "content": content_key,
        # The labels of the links at each statement, translated once for the page.
        "words": {"link": gettext("Link"), "cite": gettext("Cite"), "brief": gettext("Brief")},
        "origin": public_origin(request),
        "canonical": canonical_page(request),
    }


def content_key() -> str:
    """Return the version of the content, with the model and number of a draft in a preview.

    It is a part of the key of each cached fragment that depends on the content.
    """
    draft = previewed_container.get()
    return (
        current_version()
        if draft is None
        else f"{current_version()} {draft._meta.label_lower} {draft.pk}"
    )


def section(request: HttpRequest) -> str:
    """Return the part of the portal that a page is in: its URL namespace, "help", or ""."""
    match = request.resolver_match
    if match is None:
        return ""
    return match.namespace or ("help" if match.url_name == "help" else "")


def translated_addresses(request: HttpRequest) -> list[dict[str, str | bool]]:
    """Return the address of a page, with its query string, in each language of the portal.

    Each has the code and autonym of its language, whether that is active, the URL, and the
    `canonical` path, which has only the parameters that belong to the page.
    """
    active = get_language()
    path = request.get_full_path()
    page_path = request.path if is_page(request) else ""
    query = request.META.get("QUERY_STRING", "")
    return [
        {
            "code": code,
            "autonym": languages.autonym(code),
            "is_active": code == active,
            "url": in_language(path, active, code),
            # A parameter may belong to the page in one language alone.
            "canonical": canonical_path(in_language(page_path, active, code), query),
        }
        for code in languages.language_codes()
    ]


def canonical_page(request: HttpRequest) -> str:
    """Return the path of a page with the parameters that belong to it; "" where it is an error."""
    if not is_page(request):
        return ""
    return canonical_path(request.path, request.META.get("QUERY_STRING", ""))


def is_page(request: HttpRequest) -> bool:
    """Whether the request is for a page in the active language, and not for one that is missing."""
    return bool(request.resolver_match) and request.path.startswith(f"/{get_language()}/")


def in_language(path: str, active: str, code: str) -> str:
    """Return the path of the same page in another language; that of the home page for a file."""
    prefix = f"/{active}/"
    return f"/{code}/{path.removeprefix(prefix)}" if path.startswith(prefix) else f"/{code}/"
