"""The status page of the administration: versions, content, back-up, disk and processes."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from history.content_version import current_version as content_version
from history.models import Revision
from notifications.models import State
from operations import status as installation
from operations.models import SEE_STATUS
from operations.observability.processes import started_at
from operations.release import portal_version
from operations.status import IndexState
from portal.todo import todo_items

MAX_BACKUP_AGE = timedelta(days=2)
MIN_FREE_SHARE = 0.1  # of the disk
MAX_NAMED = 5


class Fact(NamedTuple):
    """A row of the page; `is_bad` if somebody has to act on it."""

    label: str
    value: str
    is_bad: bool = False


@require_safe
@csp_override(settings.SECURE_CSP)  # that of the admin, whose page it is
@admin.site.admin_view
def status(request: HttpRequest) -> TemplateResponse:
    """The status page, for people with the permission SEE_STATUS.

    With `?compare`, every row of the indexes is compared with the content.
    """
    if not request.user.has_perm(SEE_STATUS):
        raise PermissionDenied
    compare_all = "compare" in request.GET
    search_index = installation.search_index_state(compare_all=compare_all)
    mention_index = installation.mention_index_state(compare_all=compare_all)
    context = {
        **admin.site.each_context(request),
        "title": _("Status of the portal"),
        "parts": [
            (_("Software"), list(software_facts())),
            (_("Content"), list(content_facts(search_index, mention_index))),
            (_("Last back-up"), list(backup_facts())),
            *([(_("Mails"), list(mail_facts()))] if settings.SENDS_MAIL else []),
            (_("Server"), list(server_facts())),
        ],
        "todo_items": todo_items(request),
        "is_compared": None not in (search_index.stale, mention_index.stale),
    }
    return TemplateResponse(request, "portal/status.html", context)


def format_time(time: datetime) -> str:
    """Return a time as a text in the format of the active language."""
    return date_format(timezone.localtime(time), "DATETIME_FORMAT")


def software_facts() -> Iterator[Fact]:
    """Yield the versions of the software, the size of the database and pending migrations."""
    yield Fact(_("Global Policing Goals"), portal_version())
    for name, release in installation.software().items():
        yield Fact(name, release)
    yield Fact(_("Size of the database"), filesizeformat(installation.database_size()))
    names = installation.pending_migrations()
    named = ", ".join(names[:MAX_NAMED])
    yield Fact(
        _("Migrations that the database has not had"),
        f"{len(names)} ({named})" if names else "0",
        bool(names),
    )


def content_facts(search_index: IndexState, mention_index: IndexState) -> Iterator[Fact]:
    """Yield the version of the content, its last change, and the states of the indexes."""
    yield Fact(_("Version of the content"), content_version() or "–")
    last = Revision.objects.first()
    yield Fact(_("Last change"), format_time(last.made) if last else "–")
    yield Fact(_("Entries of the search index"), number_format(search_index.rows))
    yield stale_fact(_("Entries out of step with the content"), search_index.stale)
    yield Fact(_("Texts in the index of mentions"), number_format(mention_index.rows))
    yield stale_fact(_("Mentions out of step with the content"), mention_index.stale)


def stale_fact(label: str, stale: int | None) -> Fact:
    """Return the row with the number of rows of an index that differ from the content."""
    value = _("not compared") if stale is None else number_format(stale)
    return Fact(label, value, bool(stale))


def backup_facts() -> Iterator[Fact]:
    """Yield the time, file and size of the last back-up."""
    last = installation.last_backup()
    if last is None:
        yield Fact(_("Time"), _("No back-up has been made."), is_bad=True)
        return
    yield Fact(_("Time"), format_time(last.made), last.made < timezone.now() - MAX_BACKUP_AGE)
    yield Fact(_("File"), last.name)
    yield Fact(_("Records"), number_format(last.rows))
    yield Fact(_("Size"), filesizeformat(last.size))


def mail_facts() -> Iterator[Fact]:
    """Yield the numbers of mails that wait, that failed, and that may have been sent or not."""
    yield Fact(
        _("Mails that wait to be sent"), number_format(installation.mail_count(State.WAITING))
    )
    failed = installation.mail_count(State.FAILED)
    yield Fact(_("Mails that could not be sent"), number_format(failed), bool(failed))
    uncertain = installation.mail_count(State.UNCERTAIN)
    yield Fact(_("Mails that may have been sent or not"), number_format(uncertain), bool(uncertain))


def server_facts() -> Iterator[Fact]:
    """Yield the free space of the disk, and the processes that serve the portal."""
    free, total = installation.disk_space()
    yield Fact(
        _("Free space for data"),
        _("%(free)s of %(total)s") % {"free": filesizeformat(free), "total": filesizeformat(total)},
        free < total * MIN_FREE_SHARE,
    )
    number = installation.process_count()
    yield Fact(_("Processes"), _("not counted") if number is None else str(number))
    yield Fact(_("This process has served since"), format_time(started_at))
