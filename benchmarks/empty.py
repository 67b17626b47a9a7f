"""A Django that does nothing: one view, no middleware, no template. What others cost beside it."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse
from django.urls import path


def empty(request):
    return HttpResponse("ok")


urlpatterns = [path("", empty)]
settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="x" * 50, LOGGING_CONFIG=None
)
django.setup()
application = WSGIHandler()
