"""Publishing and hiding of containers at their set times."""

import logging
from collections.abc import Iterator

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext_noop

from history.recording import recording
from library.models import Container
from library.publication import PublicationError, check_lines

logger = logging.getLogger(__name__)

REFUSED = gettext_noop("Not published at its set time, because readers may not see it.")


def publish_due() -> int:
    """Publish each container whose `publish_at` has passed; return their number.

    One that has become a page that readers may not see, as with a wording that was withheld
    meanwhile, stays a draft without a time; its history says why.
    """
    published = 0
    for model, pk in due(is_published=False, publish_at__lte=timezone.now()):
        try:
            published += publish(model, pk)
        except PublicationError as error:
            logger.warning("A draft was not published at its set time: %s", error.message)
            with recording(comment=REFUSED):
                model.objects.filter(pk=pk, is_published=False).update(publish_at=None)
    return published


def hide_due() -> int:
    """Hide each published container whose `unpublish_at` has passed; return their number."""
    times = due(is_published=True, unpublish_at__lte=timezone.now())
    return sum(hide(model, pk) for model, pk in times)


def due(**conditions: object) -> Iterator[tuple[type[Container], int]]:
    """Yield the model and the key of each container that meets some conditions."""
    for model in apps.get_models():
        if issubclass(model, Container):
            rows = model.objects.filter(**conditions).order_by("pk")
            for pk in rows.values_list("pk", flat=True):
                yield model, pk


def hide(model: type[Container], pk: int) -> int:
    """Hide a container if it is still due; return 1, or 0 where another process was quicker."""
    with recording(comment=gettext_noop("Hidden at its set time.")):
        rows = model.objects.filter(pk=pk, is_published=True, unpublish_at__lte=timezone.now())
        if not rows.select_for_update().exists():
            return 0
        return model.objects.filter(pk=pk).update(is_published=False, unpublish_at=None)


def publish(model: type[Container], pk: int) -> int:
    """Publish a container if it is still due; return 1, or 0 where another process was quicker.

    Raises PublicationError, and changes nothing, where readers may not see it.
    """
    with recording(comment=gettext_noop("Published at its set time.")):
        rows = model.objects.filter(pk=pk, is_published=False, publish_at__lte=timezone.now())
        if not rows.select_for_update().exists():
            return 0
        check_lines(rows.get())
        return model.objects.filter(pk=pk).update(is_published=True, publish_at=None)
