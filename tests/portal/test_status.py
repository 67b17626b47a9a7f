"""The status page of the administration."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from library.models import IndexedText
from notifications.models import OutgoingMail, State
from operations import status
from operations.release import portal_version
from search.models import SearchEntry
from tests.counting import count_queries
from tests.editing.test_roles import client_with_role
from tests.factories import make_article, make_goal, make_objective

pytestmark = pytest.mark.django_db


def facts(client, query=""):
    """Return the values of the page by their labels, and the set of labels that are bad."""
    response = client.get(f"/en/admin/status/{query}")
    assert response.status_code == 200
    rows = [fact for _name, part in response.context["parts"] for fact in part]
    return {fact.label: fact.value for fact in rows}, {fact.label for fact in rows if fact.is_bad}


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("nobody", 302),
        ("staff without a role", 403),
        ("translator", 403),
        ("editor", 403),
        ("publisher", 403),
        ("administrator", 200),
    ],
)
def test_administrators_alone_see_it(role, status):
    client = client_with_role(role)
    link = f'href="{reverse("status")}"'

    assert client.get(reverse("status")).status_code == status
    index = client.get(reverse("admin:index"))
    assert (link in index.content.decode()) == (status == 200)


def test_superusers_see_it_and_readers_are_asked_to_sign_in(admin_client):
    assert admin_client.get(reverse("status")).status_code == 200
    reader = Client()
    reader.force_login(User.objects.create_user("reader"))
    assert reader.get(reverse("status")).status_code == 302


def test_it_says_what_the_portal_is_made_of(admin_client, on_postgresql):
    values, bad = facts(admin_client)

    assert values["Global Policing Goals"] == portal_version()
    assert values["Python"].startswith("3.")
    assert values["Django"].startswith("6.1")
    assert ("PostgreSQL" in values) is on_postgresql
    assert values["Migrations that the database has not had"] == "0"
    assert "Migrations that the database has not had" not in bad
    assert values["Size of the database"].endswith("B")
    assert values["Processes"] == "not counted"


def test_it_follows_the_content(admin_client):
    before, _bad = facts(admin_client)
    make_goal(is_published=False)
    response = admin_client.get("/en/admin/status/")
    after, bad = facts(admin_client)

    assert before["Version of the content"] != after["Version of the content"]
    assert after["Entries of the search index"] == str(SearchEntry.objects.count())
    assert after["Entries out of step with the content"] == "0"
    assert "Entries out of step with the content" not in bad
    assert "Drafts: goals" in {item.label for item in response.context["todo_items"]}


def test_entries_that_are_out_of_step_are_counted(admin_client):
    make_goal()
    entry = SearchEntry.objects.first()
    SearchEntry.objects.filter(pk=entry.pk).update(digest="x")

    values, bad = facts(admin_client)
    assert values["Entries out of step with the content"] == "1"
    assert "Entries out of step with the content" in bad


def test_mentions_that_are_out_of_step_are_counted(admin_client):
    make_goal()
    label = "Mentions out of step with the content"
    assert facts(admin_client)[0][label] == "0"
    IndexedText.objects.update(keys="x")

    values, bad = facts(admin_client)

    assert int(values["Texts in the index of mentions"]) == IndexedText.objects.count() > 0
    assert int(values[label]) > 0
    assert label in bad


def test_many_entries_are_compared_only_for_who_asks(admin_client, monkeypatch):
    make_goal()
    monkeypatch.setattr(status, "MAX_COMPARED_ROWS", 0)

    assert facts(admin_client)[0]["Entries out of step with the content"] == "not compared"
    assert 'href="?compare"' in admin_client.get("/en/admin/status/").content.decode()
    assert facts(admin_client, "?compare")[0]["Entries out of step with the content"] == "0"


@pytest.mark.parametrize(("days", "is_bad"), [(1, False), (3, True)])
def test_last_backup_is_shown_and_an_old_one_is_bad(admin_client, monkeypatch, days, is_bad):
    made = timezone.now() - timedelta(days=days)
    last = SimpleNamespace(made=made, name="portal.backup", rows=12345, size=2048)
    monkeypatch.setattr(status, "last_backup", lambda: last)

    values, bad = facts(admin_client)
    assert values["File"] == "portal.backup"
    assert values["Records"] == "12345"
    assert values["Size"] == "2.0\xa0KB"
    assert ("Time" in bad) is is_bad


def test_no_backup_is_bad(admin_client, monkeypatch):
    monkeypatch.setattr(status, "last_backup", lambda: None)
    values, bad = facts(admin_client)
    assert values["Time"] == "No back-up has been made."
    assert "Time" in bad


def test_mails_that_wait_and_fail_are_counted_where_mail_is_sent(admin_client, settings):
    labels = [
        "Mails that wait to be sent",
        "Mails that could not be sent",
        "Mails that may have been sent or not",
    ]
    assert not set(labels) & set(facts(admin_client)[0])
    settings.SENDS_MAIL = True
    assert not set(labels) & facts(admin_client)[1]
    amal = User.objects.create_user("amal")
    for state in (State.WAITING, State.FAILED, State.UNCERTAIN):
        OutgoingMail.objects.create(recipient=amal, state=state)

    values, bad = facts(admin_client)
    assert [values[label] for label in labels] == ["1", "1", "1"]
    assert bad.intersection(labels) == set(labels[1:])


@pytest.mark.parametrize(
    ("language", "direction", "title", "moment"),
    [
        ("ar", "rtl", "حالة البوابة", "3 شباط/فبراير 2026، 04:05"),
        ("en", "ltr", "Status of the portal", "3 February 2026, 04:05"),
    ],
)
def test_it_speaks_both_languages(admin_client, monkeypatch, language, direction, title, moment):
    made = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)
    last = SimpleNamespace(made=made, name="portal.backup", rows=1, size=1)
    monkeypatch.setattr(status, "last_backup", lambda: last)
    with translation.override(language):
        page = admin_client.get(reverse("status")).content.decode()

    assert f'dir="{direction}"' in page
    assert f"<h1>{title}</h1>" in page
    assert moment in page
    assert page.count('<th scope="row">') > 10


@pytest.mark.whole_site
def test_queries_do_not_grow_with_the_content(admin_client):
    make_objective(make_goal(number=1))
    make_article()
    few = count_queries(admin_client, "/en/admin/status/")
    for number in range(2, 6):
        make_objective(make_goal(number=number))
    assert count_queries(admin_client, "/en/admin/status/") == few


def test_it_is_only_read(admin_client):
    assert admin_client.post(reverse("status")).status_code == 405
