from django.utils.translation import get_language, gettext

from history.content_version import version
from languages import languages
from library.preview import previewed
from portal.help import PAGES
from portal.overview_figure import Framework


def page(request):
    """What every page needs: its address in the other languages, its view, the framework."""
    return {
        "translations": translations(request),
        "is_parallel": request.GET.get("view") == "parallel",
        "framework": Framework(),
        "help_pages": PAGES,
        "section": section(request),
        "content": content,
        # What stands at every statement, so that a page looks it up once.
        "words": {"link": gettext("Link"), "cite": gettext("Cite"), "brief": gettext("Brief")},
        "site": f"{request.scheme}://{request.get_host()}",
    }


def content():
    """Return what names the content as this page shows it: its version, and the draft beside it."""
    draft = previewed.get()
    return version() if draft is None else f"{version()} {draft._meta.label_lower} {draft.pk}"


def section(request):
    """Return which part of the portal a page is in, as its namespace is called; "" for none."""
    match = request.resolver_match
    if match is None:
        return ""
    return match.namespace or ("help" if match.url_name == "help" else "")


def translations(request):
    """Return the same address, query included, in each of the portal's languages."""
    active = get_language()
    path = request.get_full_path()
    prefix = f"/{active}/"
    return [
        {
            "code": code,
            "autonym": languages.autonym(code),
            "is_active": code == active,
            "url": f"/{code}/{path.removeprefix(prefix)}"
            if path.startswith(prefix)
            else f"/{code}/",
        }
        for code in languages.codes()
    ]
