"""The empty Django of benchmarks.empty with a view that fetches the rows of a goal's page."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.urls import path

django.setup()

from benchmarks.empty import MIDDLEWARE  # noqa: E402  (both after the set-up)
from goals import views  # noqa: E402


def fetch_rows(request, template, context):
    """Take the place of render(): fetch the rows that the template needs, and render nothing."""
    for name in ("statements", "links"):
        list(context[name])
    return HttpResponse("ok")


views.render = fetch_rows
views.related_content = lambda container: None
urlpatterns = [path("goals/<slug:slug>/", views.goal_detail)]
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = MIDDLEWARE
application = WSGIHandler()
