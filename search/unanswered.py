"""Counts the queries without results, without a record of who asked them."""

import logging

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from search.models import UnansweredQuery
from search.query import Query

logger = logging.getLogger(__name__)

MAX_LENGTH = 100
MIN_LENGTH = 2
MAX_KEPT = 5_000


def count_unanswered(query: Query, language: str) -> None:
    """Count a query without results that was asked in a language.

    Queries beyond the limits of length are left out. A database error is logged and not raised,
    since the reader's page does not need the count.
    """
    text = " ".join(query.written(word) for word in query.words).lower()
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH or query.dropped:
        return
    try:
        with transaction.atomic():
            same_query = UnansweredQuery.objects.filter(text=text, language=language)
            today = timezone.localdate()
            if not same_query.update(count=F("count") + 1, last_asked=today):
                delete_rarest()
                UnansweredQuery.objects.get_or_create(text=text, language=language)
    except DatabaseError:
        logger.warning("A query that found nothing could not be counted.", exc_info=True)


def delete_rarest() -> None:
    """Delete the rarest tenth if there are MAX_KEPT queries or more."""
    if UnansweredQuery.objects.count() >= MAX_KEPT:
        rarest = UnansweredQuery.objects.order_by("count", "last_asked").values_list(
            "pk", flat=True
        )
        UnansweredQuery.objects.filter(pk__in=list(rarest[: MAX_KEPT // 10])).delete()
