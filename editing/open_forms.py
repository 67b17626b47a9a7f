"""The forms of the admin that are open; people see who else has theirs open, nothing is locked."""

from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from editing.models import OpenForm
from history.actors import Account

# A form is taken for closed after this time without a message of its page, which sends one every
# 20 seconds (open_forms.js).
MAX_SILENCE = timedelta(seconds=60)


def mark_open(author: Account, label: str, record: int) -> None:
    """Store that a user has the form of a record open; `label` is that of its model."""
    now = timezone.now()
    form, is_new = OpenForm.objects.get_or_create(author=author, model=label, record=record)
    if not is_new:
        opened = now if now - form.seen > MAX_SILENCE else form.opened
        OpenForm.objects.filter(pk=form.pk).update(seen=now, opened=opened)
    OpenForm.objects.filter(seen__lt=now - timedelta(days=1)).delete()


def mark_closed(author: Account, label: str, record: int) -> None:
    """Store that a user has left the form of a record."""
    OpenForm.objects.filter(author=author, model=label, record=record).delete()


def describe_other_editors(author: Account, label: str, record: int) -> str:
    """Return a sentence with the names of others who have a form open, "" where nobody has."""
    forms = OpenForm.objects.filter(
        model=label, record=record, seen__gte=timezone.now() - MAX_SILENCE
    ).exclude(author=author)
    people = [
        _("%(person)s (since %(time)s)")
        % {
            "person": form.author.get_full_name() or form.author.get_username(),
            "time": date_format(timezone.localtime(form.opened), "TIME_FORMAT"),
        }
        for form in forms.select_related("author").order_by("opened")
    ]
    if not people:
        return ""
    return ngettext(
        "%(people)s has this form open too. You can both save: nothing is overwritten unseen.",
        "%(people)s have this form open too. All can save: nothing is overwritten unseen.",
        len(people),
    ) % {"people": get_text_list(people, _("and"))}
