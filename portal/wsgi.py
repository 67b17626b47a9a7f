"""The portal as a WSGI application."""

import logging
import os
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application: WSGIApplication = get_wsgi_application()

from django.conf import settings  # noqa: E402  (once Django is set up)

from operations.observability.processes import share  # noqa: E402
from operations.observability.wrapper import ObservedApplication  # noqa: E402
from operations.page_cache.application import PageCache  # noqa: E402


def add_page_cache(application: WSGIApplication) -> WSGIApplication:
    """Return a WSGI application behind the page cache, or unchanged if the cache is off."""
    if settings.PAGE_CACHE_BYTES:
        return PageCache(application, settings.PAGE_CACHE_BYTES)
    return application


if settings.METRICS_TOKEN:
    share(settings.METRICS_DIR)

if settings.ACCESS_LOG or settings.METRICS_TOKEN:
    application = ObservedApplication(add_page_cache(application))
else:  # nothing is logged or counted for a cached page, so the cache can be outermost
    application = add_page_cache(ObservedApplication(application))

if settings.IS_PUBLIC and not settings.PUBLIC_ORIGIN:
    logging.getLogger(__name__).warning(
        "PUBLIC_ORIGIN is not set: links in mails, citations and exports have the host that each "
        "request was sent to."
    )
