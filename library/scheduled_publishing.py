"""Publishing of containers at their set time."""

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from history.recording import recording
from library.models import Container


def publish_due() -> int:
    """Publish each container whose `publish_at` has passed; return their number.

    The rows are locked, so that two processes at the same time publish each container once.
    """
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
