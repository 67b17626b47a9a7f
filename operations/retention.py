"""Personal data with a retention term, deleted after it (stated in docs/help/privacy.*.md)."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.utils import timezone

from editing.models import OpenForm
from ingest.taking_in import discard_expired
from notifications.models import OutgoingMail
from search.models import UnansweredQuery

OPEN_FORM_TERM = timedelta(days=1)
QUERY_TERM = timedelta(days=365)  # since the query was last asked
MAIL_TERM = timedelta(days=30)  # since it was sent or given up
LOG_ENTRY_TERM = timedelta(
    days=365
)  # the administration's list of actions; the history of the content stays


# What packages above this one delete after a term: the key of the number, and the function.
further: dict[str, Callable[[], int]] = {}


def register(name: str, clear: Callable[[], int]) -> None:
    """Let clear_expired() call a function that deletes rows and returns their number."""
    further[name] = clear


def clear_expired() -> dict[str, int]:
    """Delete the rows whose term is over; return the numbers of deleted rows.

    The result has the keys `sessions`, `forms` (open forms), `queries` (unanswered queries),
    `mails` (sent or given up), `actions` (log entries of the administration), `documents` (that
    nobody has taken in), and those that were registered.
    """
    now = timezone.now()
    sessions = Session.objects.filter(expire_date__lt=now).count()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    expired = {
        "forms": OpenForm.objects.filter(seen__lt=now - OPEN_FORM_TERM),
        "queries": UnansweredQuery.objects.filter(last_asked__lt=(now - QUERY_TERM).date()),
        "mails": OutgoingMail.objects.filter(ended_at__lt=now - MAIL_TERM),
        "actions": LogEntry.objects.filter(action_time__lt=now - LOG_ENTRY_TERM),
    }
    cleared = {name: rows.delete()[0] for name, rows in expired.items()}
    registered = {name: clear() for name, clear in further.items()}
    return {"sessions": sessions, **cleared, "documents": discard_expired(), **registered}
