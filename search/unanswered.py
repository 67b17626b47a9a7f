"""Counts the queries without results, without a record of who asked them.

A reader never waits for a write: the counts are kept in the memory of the process, and written
later by a thread (operations/background_threads.py). Those of the last seconds are lost when the
process ends.
"""

import threading
from collections import Counter

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from search.models import UnansweredQuery
from search.query import Query

MAX_LENGTH = 100
MIN_LENGTH = 2
MAX_KEPT = 5_000
MAX_PENDING = 1_000  # different queries in memory; further ones are not counted
LOCK_TIMEOUT = "20s"  # as PostgreSQL reads it; SQLite has one in settings.DATABASES

# (text, language) → how often it was asked since the last write.
pending: Counter[tuple[str, str]] = Counter()
pending_lock = threading.Lock()


def count_unanswered(query: Query, language: str) -> None:
    """Count a query without results that was asked in a language, in memory.

    Queries beyond the limits of length are left out.
    """
    text = " ".join(query.written(word) for word in query.words).lower()
    if MIN_LENGTH <= len(text) <= MAX_LENGTH and not query.dropped:
        add_pending({(text, language): 1})


def add_pending(counts: dict[tuple[str, str], int]) -> None:
    with pending_lock:
        for key, count in counts.items():
            if key in pending or len(pending) < MAX_PENDING:
                pending[key] += count


def has_pending() -> bool:
    """Whether there are counts to write."""
    return bool(pending)


def write_pending() -> None:
    """Write the counts of this process to the database, all or none.

    Raises OperationalError or InterfaceError where the database is away or locked; the counts then
    stay in memory.
    """
    with pending_lock:
        counts = dict(pending)
        pending.clear()
    try:
        with transaction.atomic():
            limit_waiting()
            # Sorted, so that two processes do not wait for each other.
            for (text, language), count in sorted(counts.items()):
                write_count(text, language, count)
            delete_rarest()
    except (OperationalError, InterfaceError):
        add_pending(counts)
        raise


def limit_waiting() -> None:
    """Let the statements of this transaction wait for locks no longer than LOCK_TIMEOUT."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")


def write_count(text: str, language: str, count: int) -> None:
    same_query = UnansweredQuery.objects.filter(text=text, language=language)
    changes = {"count": F("count") + count, "last_asked": timezone.localdate()}
    if not same_query.update(**changes):
        _row, is_new = UnansweredQuery.objects.get_or_create(
            text=text, language=language, defaults={"count": count}
        )
        if not is_new:  # another process has just written it
            same_query.update(**changes)


def delete_rarest() -> None:
    """Delete the rarest where there are more than MAX_KEPT queries, and a tenth besides."""
    excess = UnansweredQuery.objects.count() - MAX_KEPT
    if excess > 0:
        rarest = UnansweredQuery.objects.order_by("count", "last_asked").values_list(
            "pk", flat=True
        )
        number = excess + MAX_KEPT // 10
        UnansweredQuery.objects.filter(pk__in=list(rarest[:number])).delete()
