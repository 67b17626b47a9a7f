"""The page of the administration that says how the installation is doing."""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from history.content_version import version as content_version
from history.models import Revision
from operations import status as installation
from operations.models import SEE_STATUS
from operations.observability.processes import started
from operations.release import portal_version
from portal.todo import matters

MAX_BACKUP_AGE = timedelta(days=2)
MIN_FREE_SHARE = 0.1  # of the disk
MAX_NAMED = 5


class Fact(NamedTuple):
    """A row of the page; `is_bad` where somebody has to do something about it."""

    label: str
    value: str
    is_bad: bool = False


@require_safe
@csp_override(settings.SECURE_CSP)  # that of the admin, whose page it is
@admin.site.admin_view
def status(request):
    if not request.user.has_perm(SEE_STATUS):
        raise PermissionDenied
    index = installation.index_state(compare_all="compare" in request.GET)
    context = {
        **admin.site.each_context(request),
        "title": _("Status of the portal"),
        "parts": [
            (_("Software"), list(software())),
            (_("Content"), list(content(*index))),
            (_("Last back-up"), list(backup())),
            (_("Server"), list(server())),
        ],
        "matters": matters(request),
        "is_compared": index[1] is not None,
    }
    return TemplateResponse(request, "portal/status.html", context)


def moment(time):
    """Return a time in the form of the reader's language."""
    return date_format(timezone.localtime(time), "DATETIME_FORMAT")


def software():
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


def content(entries, stale):
    yield Fact(_("Version of the content"), content_version() or "–")
    last = Revision.objects.first()
    yield Fact(_("Last change"), moment(last.made) if last else "–")
    yield Fact(_("Entries of the search index"), number_format(entries))
    yield Fact(
        _("Entries out of step with the content"),
        _("not compared") if stale is None else number_format(stale),
        bool(stale),
    )


def backup():
    last = installation.last_backup()
    if last is None:
        yield Fact(_("Time"), _("No back-up has been made."), is_bad=True)
        return
    yield Fact(_("Time"), moment(last.made), last.made < timezone.now() - MAX_BACKUP_AGE)
    yield Fact(_("File"), last.name)
    yield Fact(_("Records"), number_format(last.rows))
    yield Fact(_("Size"), filesizeformat(last.size))


def server():
    free, total = installation.disk()
    yield Fact(
        _("Free space for data"),
        _("%(free)s of %(total)s") % {"free": filesizeformat(free), "total": filesizeformat(total)},
        free < total * MIN_FREE_SHARE,
    )
    number = installation.living_processes()
    yield Fact(_("Processes"), _("not counted") if number is None else str(number))
    yield Fact(_("This process has served since"), moment(started))
