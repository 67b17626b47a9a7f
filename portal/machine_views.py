"""Views for programs: robots.txt, security.txt, health checks, metrics, the service worker."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from languages.languages import language_codes
from languages.public_origin import public_address

# The static files of pages, which the service worker caches when it is installed.
STATIC_FILES = [
    "portal.css",
    "early.js",
    "portal.js",
    "digits.js",
    "filter.js",
    "kept_pages.js",
    "suggestions.css",
    "suggestions.js",
    "fonts/noto-naskh-arabic-regular.woff2",
    "fonts/noto-naskh-arabic-bold.woff2",
]
PLAIN_TEXT = "text/plain; charset=utf-8"
SECURITY_TXT_TERM = timedelta(days=180)  # RFC 9116 recommends less than a year


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Redirect from the address that browsers try to the icon of the portal."""
    return redirect(static("portal/mark.svg"), permanent=True)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The robots.txt file: excludes accounts and the administration, and names the site map."""
    sitemap = public_address(request, reverse("sitemap"))
    # The administration is not listed if the installation has given it an address of its own.
    parts = ["account"] + ["admin"] * (settings.ADMIN_PATH == "admin")
    excluded = [f"/{code}/{part}/" for code in language_codes() for part in parts]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in excluded), f"Sitemap: {sitemap}"]
    text = "\n".join([*lines, ""])
    return HttpResponse(text, content_type=PLAIN_TEXT)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contacts for reports of security problems (RFC 9116); 404 if there is none."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    # Midnight, so that the answer is the same all day.
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        *(f"Contact: {address}" for address in settings.SECURITY_CONTACT),
        f"Expires: {today + SECURITY_TXT_TERM:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(language_codes())}",
        f"Canonical: {public_address(request, reverse('security_txt'))}",
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=PLAIN_TEXT)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer with 200: the process is alive."""
    return HttpResponse("ok\n", content_type=PLAIN_TEXT)


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer with 200 if the database answers too, else with 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        message, status = "the database does not answer\n", 503
    else:
        message, status = "ready\n", 200
    return HttpResponse(message, content_type=PLAIN_TEXT, status=status)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The metrics for Prometheus, to be asked for with the METRICS_TOKEN; 404 if there is none."""
    if not settings.METRICS_TOKEN:
        raise Http404
    authorization = request.headers.get("Authorization", "")
    if not constant_time_compare(authorization, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    # Imported here: a server without metrics does not load the library.
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

    from operations.observability.metrics import exposition

    return HttpResponse(exposition(settings.METRICS_DIR), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@never_cache
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that caches visited pages, so that they can be read without a network."""
    context = {
        "files": [static(f"portal/{name}") for name in STATIC_FILES],
        "offline": [page_address("offline", code) for code in language_codes()],
    }
    script = render_to_string("portal/service_worker.js", context)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def page_address(name: str, language: str) -> str:
    """Return the address of a URL name in a language."""
    with translation.override(language):
        return reverse(name)
