from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Invitation, User
from editing.models import OpenForm
from ingest.models import IncomingDocument
from notifications.models import OutgoingMail
from search.models import UnansweredQuery

pytestmark = pytest.mark.django_db


def test_what_has_a_term_is_deleted_after_it_and_not_before():
    now, author = timezone.now(), User.objects.create_user("amal")
    for name, days, seconds in [("old", -400, -1), ("new", -300, 60)]:
        Session.objects.create(
            session_key=name, session_data="", expire_date=now + timedelta(seconds=seconds)
        )
        seen = now + timedelta(days=days) if name == "old" else now
        OpenForm.objects.create(author=author, model=name, record=1, seen=seen)
        UnansweredQuery.objects.create(text=name, language="en")
        UnansweredQuery.objects.filter(text=name).update(last_asked=now + timedelta(days=days))
        LogEntry.objects.create(
            user=author, object_repr=name, action_flag=1, action_time=now + timedelta(days=days)
        )
        invited = User.objects.create_user(name)
        until = now + timedelta(days=days / 12)
        Invitation.objects.create(user=invited, sent_to=name, until=until)
        OutgoingMail.objects.create(
            recipient=author, subject=name, ended_at=now + timedelta(days=days / 12)
        )
        IncomingDocument.objects.create(
            file_name=name, file=b"", sha256=name, uploaded_at=now + timedelta(days=days / 12)
        )
    out = StringIO()

    call_command("clear_expired", stdout=out)

    assert out.getvalue() == (
        "Deleted: 1 sessions, 1 open forms, 1 queries, 1 mails, 1 actions, 1 files, "
        "1 invitations.\n"
    )
    assert [
        Session.objects.get().session_key,
        OpenForm.objects.get().model,
        UnansweredQuery.objects.get().text,
        LogEntry.objects.get().object_repr,
        IncomingDocument.objects.get().file_name,
        OutgoingMail.objects.get().subject,
        Invitation.objects.get().sent_to,
    ] == ["new"] * 7
