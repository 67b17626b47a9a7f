"""Addresses for machines, which people only see the answers of."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from languages.languages import codes as language_codes

# What pages are made of.
STATIC_FILES = [
    "portal.css",
    "early.js",
    "portal.js",
    "digits.js",
    "kept_pages.js",
    "suggestions.css",
    "suggestions.js",
    "fonts/noto-naskh-arabic-regular.woff2",
    "fonts/noto-naskh-arabic-bold.woff2",
]
PLAIN_TEXT = "text/plain; charset=utf-8"
SECURITY_TXT_TERM = timedelta(days=180)  # RFC 9116 recommends less than a year


@require_safe
def favicon(request):
    return redirect(static("portal/mark.svg"), permanent=True)


@require_safe
def robots(request):
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    # An address that an installation has chosen for itself is told to nobody.
    parts = ["account"] + ["admin"] * (settings.ADMIN_PATH == "admin")
    closed = [f"/{code}/{part}/" for code in language_codes() for part in parts]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), f"Sitemap: {sitemap}"]
    text = "\n".join([*lines, ""])
    return HttpResponse(text, content_type=PLAIN_TEXT)


@require_safe
def security_txt(request):
    """Say whom to tell of a weakness (RFC 9116); without a contact, there is nothing here."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    # The same all day, and never older than the day.
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        *(f"Contact: {address}" for address in settings.SECURITY_CONTACT),
        f"Expires: {today + SECURITY_TXT_TERM:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(language_codes())}",
        f"Canonical: {request.build_absolute_uri(reverse('security_txt'))}",
    ]
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type=PLAIN_TEXT)


@never_cache
@require_safe
def healthz(request):
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type=PLAIN_TEXT)


@never_cache
@require_safe
def readyz(request):
    """Say whether the database answers too."""
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
def metrics(request):
    """Tell whoever has the METRICS_TOKEN what is counted; without one, there is nothing here."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "")
    if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    # Not before: a server that tells nobody what it counts needs no library for it.
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

    from operations.observability.metrics import exposition

    return HttpResponse(exposition(settings.METRICS_DIR), content_type=CONTENT_TYPE_PLAIN_0_0_4)


@never_cache
@require_safe
def service_worker(request):
    """The script that keeps visited pages for readers whose network fails."""
    context = {
        "files": [static(f"portal/{name}") for name in STATIC_FILES],
        "offline": [address_of("offline", code) for code in language_codes()],
    }
    script = render_to_string("portal/service_worker.js", context)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def address_of(name, language):
    """Return the address of a page in a language."""
    with translation.override(language):
        return reverse(name)
