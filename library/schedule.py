"""Publish what is due, at its set time, without anybody at the keyboard."""

import logging
from time import monotonic

from django.apps import apps
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from bilingual.history import recording

logger = logging.getLogger(__name__)


def publish_due():
    """Publish each container whose time has come; return how many there were.

    Two processes that do so at once publish each of them once.
    """
    from library.models import Container

    published = 0
    for model in apps.get_models():
        if not issubclass(model, Container):
            continue
        due = model.objects.filter(is_published=False, publish_at__lte=timezone.now())
        if not due.exists():
            continue
        with recording(comment=gettext_noop("Published at its set time.")), transaction.atomic():
            pks = list(due.select_for_update().order_by("pk").values_list("pk", flat=True))
            rows = model.objects.filter(pk__in=pks)
            published += rows.update(is_published=True, publish_at=None)
    return published


class ScheduleMiddleware:
    """Looks every PUBLISH_DUE_EVERY seconds, on the way of a request, whether anything is due."""

    def __init__(self, get_response):
        if not settings.PUBLISH_DUE_EVERY:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.next = 0

    def __call__(self, request):
        if monotonic() >= self.next:
            self.next = monotonic() + settings.PUBLISH_DUE_EVERY
            try:
                publish_due()
            except DatabaseError:
                logger.warning("What is due could not be published.", exc_info=True)
        return self.get_response(request)
