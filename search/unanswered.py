"""Count the queries that found nothing, never who asked them."""

import logging

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from search.models import UnansweredQuery

logger = logging.getLogger(__name__)

MAX_LENGTH = 100
MIN_LENGTH = 2
MAX_KEPT = 5_000


def count_unanswered(query, language):
    """Count a Query that found nothing; what no glossary would name is left out.

    That the count cannot be written is no reason to fail a reader.
    """
    text = " ".join(query.written(word) for word in query.words).lower()
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH or query.dropped:
        return
    try:
        with transaction.atomic():
            known = UnansweredQuery.objects.filter(text=text, language=language)
            today = timezone.localdate()
            if not known.update(count=F("count") + 1, last_asked=today):
                make_room()
                UnansweredQuery.objects.get_or_create(text=text, language=language)
    except DatabaseError:
        logger.warning("A query that found nothing could not be counted.", exc_info=True)


def make_room():
    """Forget the rarest queries where there are too many."""
    if UnansweredQuery.objects.count() >= MAX_KEPT:
        rarest = UnansweredQuery.objects.order_by("count", "last_asked").values_list(
            "pk", flat=True
        )
        UnansweredQuery.objects.filter(pk__in=list(rarest[: MAX_KEPT // 10])).delete()
