"""The portal as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (once Django is set up)

from operations.observability.wrapper import ObservedApplication  # noqa: E402
from operations.page_cache.application import PageCache  # noqa: E402


def keep(application):
    """Put the page cache in front of an application, where there is to be one."""
    if settings.PAGE_CACHE_BYTES:
        return PageCache(application, settings.PAGE_CACHE_BYTES)
    return application


if settings.ACCESS_LOG or settings.METRICS_TOKEN:
    application = ObservedApplication(keep(application))
else:  # of a kept page nothing would be written
    application = keep(ObservedApplication(application))
