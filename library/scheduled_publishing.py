"""Publishing and hiding of containers at their set times."""

import logging

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
    for model in apps.get_models():
        if not issubclass(model, Container):
            continue
        due = model.objects.filter(is_published=False, publish_at__lte=timezone.now())
        for pk in due.order_by("pk").values_list("pk", flat=True):
            try:
                published += publish(model, pk)
            except PublicationError as error:
                logger.warning("A draft was not published at its set time: %s", error.message)
                with recording(comment=REFUSED):
                    model.objects.filter(pk=pk, is_published=False).update(publish_at=None)
    return published


def hide_due() -> int:
    """Hide each published container whose `unpublish_at` has passed; return their number."""
    hidden = 0
    for model in apps.get_models():
        if issubclass(model, Container):
            due = model.objects.filter(is_published=True, unpublish_at__lte=timezone.now())
            hidden += sum(hide(model, pk) for pk in list(due.values_list("pk", flat=True)))
    return hidden


def hide(model: type[Container], pk: int) -> int:
    """Hide a container if it is still due; return 1, or 0 where another process was quicker."""
    with recording(comment=gettext_noop("Hidden at its set time.")):
        due = model.objects.filter(pk=pk, is_published=True, unpublish_at__lte=timezone.now())
        if not due.select_for_update().exists():
            return 0
        return model.objects.filter(pk=pk).update(is_published=False, unpublish_at=None)


def publish(model: type[Container], pk: int) -> int:
    """Publish a container if it is still due; return 1, or 0 where another process was quicker.

    Raises PublicationError, and changes nothing, where readers may not see it.
    """
    with recording(comment=gettext_noop("Published at its set time.")):
        due = model.objects.filter(pk=pk, is_published=False, publish_at__lte=timezone.now())
        if not due.select_for_update().exists():
            return 0
        check_lines(due.get())
        return model.objects.filter(pk=pk).update(is_published=True, publish_at=None)
