"""The pages of the admin that bring back many records at once: undo, and "as it was on"."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from editing.admin_pages import admin_page
from editing.undoing import Step, carry_out, fingerprint, may_carry_out, plan_return, plan_undo
from history.actors import signed_in
from history.models import Revision
from history.recording import Recorder
from languages.languages import source_language

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    from history.admin import HistoryAdmin

MAX_SHOWN = 200  # records on a page
MAX_NAMED = 10  # records in a message


class TimeForm(forms.Form):
    """The day and the time to which a record returns; without a time, the end of the day."""

    day = forms.DateField(
        label=gettext_lazy("day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=gettext_lazy("time of the day"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.errors and self.chosen() > timezone.now():
            raise ValidationError(_("This time is not over yet."))
        return cleaned

    def chosen(self) -> datetime:
        """Return the moment that the form says."""
        day, time = self.cleaned_data["day"], self.cleaned_data["time"]
        end = datetime.max.time() if time is None else time.replace(second=59, microsecond=999_999)
        if time is None and day == timezone.localdate():
            return timezone.now()
        return timezone.make_aware(datetime.combine(day, end))


def undo_view(model_admin: "ModelAdmin[Any]", request: HttpRequest, revision: int) -> HttpResponse:
    """Show what undoing a revision brings back and what stays, and undo it on POST.

    Raises PermissionDenied for a person who may not see the history or not change all of it, and
    Http404 where there is no such revision.
    """
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    stored = Revision.objects.filter(pk=revision).first()
    if stored is None:
        raise Http404

    def plan() -> list[Step]:
        return plan_undo(stored)

    return answer(model_admin, request, plan, _("Undo a change"), f"↶ {stored}", undone=stored)


def return_view(model_admin: "HistoryAdmin", request: HttpRequest, record: int) -> HttpResponse:
    """Ask for a day, show what makes a record with its rows as it was then, and do it on POST.

    Raises PermissionDenied and Http404 as undo_view() does; the record may have been deleted.
    """
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    changes = model_admin.record_changes([record])
    last = changes.filter(model=model_admin.opts.label_lower).first()
    if last is None:
        raise Http404
    title = _("%(record)s as it was on a day") % {"record": last.label}
    form = TimeForm(request.GET if "day" in request.GET else None)
    if not form.is_valid():
        return admin_page(model_admin, request, "editing/undo.html", title, form=form, steps=None)
    keys = set(changes.order_by().values_list("model", "record"))
    time = form.chosen()

    def plan() -> list[Step]:
        return plan_return(keys, time)

    moment = date_format(timezone.localtime(time), "Y-m-d H:i")
    return answer(model_admin, request, plan, title, f"↶ {moment}", form=form, until=time)


def answer(
    model_admin: "ModelAdmin[Any]",
    request: HttpRequest,
    plan: Callable[[], list[Step]],
    title: str,
    comment: str,
    **context: Any,
) -> HttpResponse:
    """Return the page of a plan, or carry it out on POST and return to the history."""
    person, problem = signed_in(request), ""
    if request.method == "POST":
        if not may_carry_out(person, plan()):
            raise PermissionDenied
        try:
            done, stayed = carry_out(plan, person, request.POST.get("seen", ""), comment)
        except ValidationError as error:
            problem = " ".join(error.messages)
        else:
            say(request, done, stayed)
            return redirect(reverse("admin:history_change_changelist"))
    steps = plan()
    return admin_page(
        model_admin,
        request,
        "editing/undo.html",
        title,
        steps=steps[:MAX_SHOWN],
        hidden=len(steps[MAX_SHOWN:]),
        number=sum(step.goes_back for step in steps),
        staying=sum(bool(step.problem or step.kept) for step in steps),
        may=may_carry_out(person, steps),
        seen=fingerprint(steps),
        problem=problem,
        source_language=source_language(),
        **context,
    )


def say(request: HttpRequest, done: list[Step], stayed: list[Step]) -> None:
    """Show a message with the number of records that went back, and one that names the others."""
    text = ngettext(
        "%(count)d record is as it was.", "%(count)d records are as they were.", len(done)
    )
    messages.success(request, text % {"count": len(done)})
    for step in stayed[:MAX_NAMED]:
        reason = step.problem or _("Somebody has changed it since.")
        text = _("“%(record)s” stays in part or whole: %(reason)s")
        messages.warning(request, text % {"record": step.label, "reason": reason})


def undo_message(recorder: Recorder | None, text: str) -> str:
    """Return a message with a link that undoes what is being recorded, for `messages`.

    The link is made when the message is stored, once the revision is written.
    """

    def with_link() -> SafeString:
        if recorder is None or recorder.revision is None:
            return format_html("{}", text)
        address = reverse("admin:history_change_undo", args=[recorder.revision.pk])
        return format_html('{} <a href="{}">{}</a>', text, address, _("Undo"))

    message: str = lazy(with_link, SafeString)()
    return message
