"""The portal as a WSGI application."""

import os
from wsgiref.types import WSGIApplication

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application: WSGIApplication = get_wsgi_application()

from django.conf import settings  # noqa: E402  (once Django is set up)

from operations.observability.wrapper import ObservedApplication  # noqa: E402
from operations.page_cache.application import PageCache  # noqa: E402


def add_page_cache(application: WSGIApplication) -> WSGIApplication:
    """Return a WSGI application behind the page cache, or unchanged if the cache is off."""
    if settings.PAGE_CACHE_BYTES:
        return PageCache(application, settings.PAGE_CACHE_BYTES)
    return application


if settings.ACCESS_LOG or settings.METRICS_TOKEN:
    application = ObservedApplication(add_page_cache(application))
else:  # nothing is logged or counted for a cached page, so the cache can be outermost
    application = add_page_cache(ObservedApplication(application))
