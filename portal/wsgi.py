"""The portal as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (once Django is set up)

from operations.page_cache import PageCache  # noqa: E402
from operations.watching.wrapper import Watched  # noqa: E402

if settings.PAGE_CACHE_BYTES:
    application = PageCache(application, settings.PAGE_CACHE_BYTES)
# The outermost: it sees every request, and what others leave of it in its environ.
application = Watched(application)
