"""Whoever has an account is told what is stored about them, and can be forgotten."""

import json
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from editing.models import OpenForm, Proposal
from editing.proposals import accept, propose
from editing.roles import ADMINISTRATORS, PUBLISHERS
from history.actors import ERASED
from history.models import Change
from history.recording import acting_as, recording
from portal.personal_data import erase
from tests.editing.test_roles import client_of
from tests.factories import make_goal
from tests.portal.test_admin import address
from translations.models import TranslationState
from translations.units import review, unit_of

pytestmark = pytest.mark.django_db

NAME = "theophrastus"


@pytest.fixture
def person():
    """Somebody of whom everything that can be is stored."""
    person = User.objects.create_superuser(
        NAME, f"{NAME}@example.org", "a long enough phrase", first_name=NAME
    )
    person.groups.add(Group.objects.get(name=PUBLISHERS))
    other = User.objects.create_superuser("badr")
    with acting_as(person):
        goal = make_goal(title_ar="هدف", title_en="Goal")
    with acting_as(person), recording(comment="In my own words"):
        goal.title_en = "New title"
        goal.save()
    row = TranslationState.objects.filter(model="goals.goal", field="title").first()
    review(unit_of(row), NAME)
    one, two = (propose(goal, author, []) or Proposal.objects.first() for author in (person, other))
    accept(one, other, {}, {})
    accept(two, person, {}, {})
    with acting_as(other), recording(comment=f"{NAME} → badr: as agreed"):
        goal.title_en = "Newer title"
        goal.save()
    OpenForm.objects.create(author=person, model="goals.goal", record=goal.pk)
    client = Client()
    client.force_login(person)
    client.post(address("auth_group_add", language="en"), {"name": "A group of theirs"})
    client_of_other = Client()
    client_of_other.force_login(other)
    changed = address("accounts_user_change", person.pk, language="en")
    client_of_other.post(changed, {"username": NAME, "date_joined_0": "2026-01-01"})
    return person


def rows_that_name(text):
    """Return the tables in which a text stands, in whatever column."""
    return {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.values_list()
        if any(text in str(value) for value in row)
    }


def test_export_tells_all_but_what_opens_the_account(person):
    out = StringIO()

    call_command("export_account", NAME, stdout=out)

    told = json.loads(out.getvalue())
    assert told["account"]["email"] == f"{NAME}@example.org"
    assert told["account"]["groups"] == [PUBLISHERS]
    assert len(told["sessions"]) == 1
    assert "In my own words" in [revision["comment"] for revision in told["revisions"]]
    assert [change["label"] for change in told["revisions"][-1]["changes"]]
    assert (len(told["proposals"]), len(told["decisions"])) == (1, 1)
    assert told["translations"]
    assert len(told["reviews"]) == 1
    assert set(told["records"]) == {
        "account.emailaddress",
        "admin.logentry",
        "editing.openform",
    }
    assert person.password not in out.getvalue()
    assert not [row for row in Session.objects.all() if row.session_key in out.getvalue()]


def test_erasing_leaves_the_texts_and_nowhere_the_name(person):
    assert {"accounts.User", "history.Revision", "editing.Proposal"} <= rows_that_name(NAME)
    assert "translations.TranslationState" in rows_that_name(NAME)
    before = Change.objects.count()

    call_command("erase_account", NAME, "--no-input", stdout=StringIO())

    assert rows_that_name(NAME) == set()
    assert Change.objects.count() == before + 1
    assert not User.objects.filter(pk=person.pk).exists()
    assert [s.get_decoded()["_auth_user_id"] for s in Session.objects.all()] == [
        str(User.objects.get(username="badr").pk)
    ]
    last = Change.objects.first()
    assert (last.model, last.record, last.revision.author) == ("accounts.user", person.pk, None)


@pytest.mark.parametrize(
    ("language", "neutral"), [("en", "an erased account"), ("ar", "حساب محذوف")]
)
def test_readers_of_the_history_see_a_neutral_name_in_their_language(person, language, neutral):
    erase(person, User.objects.get(username="badr"))
    client = Client()
    client.force_login(User.objects.get(username="badr"))
    goal = Change.objects.filter(model="goals.goal").first().record
    by_nobody = Change.objects.filter(revision__author_name=ERASED)
    erasing = address("history_change_change", Change.objects.first().pk, language=language)
    assert client.get(erasing).status_code == 200

    for name, arguments in [
        ("history_change_changelist", []),
        ("history_change_change", [by_nobody.first().pk]),
        ("goals_goal_history", [goal]),
        ("editing_proposal_changelist", []),
        ("editing_proposal_change", [Proposal.objects.filter(decided_by="badr").get().pk]),
        ("translations_translationstate_changelist", []),
    ]:
        page = client.get(address(name, *arguments, language=language)).content.decode()
        assert neutral in page, name
        assert language == "en" or "an erased account" not in page, name


def test_administrator_is_asked_before_an_account_is_erased(person):
    client = Client()
    client.force_login(User.objects.get(username="badr"))
    list_of_accounts = address("accounts_user_changelist", language="en")
    chosen = {"action": "erase_accounts", "_selected_action": [person.pk]}

    asked = client.post(list_of_accounts, chosen)
    assert b"This cannot be undone" in asked.content
    assert User.objects.filter(pk=person.pk).exists()

    done = client.post(list_of_accounts, chosen | {"confirmed": "yes"}, follow=True)
    assert b"1 account was erased." in done.content
    assert Change.objects.first().revision.author_name == "badr"
    assert rows_that_name(NAME) == set()


def test_administrator_downloads_what_is_stored(person):
    client = Client()
    client.force_login(person)
    chosen = {"action": "export_accounts", "_selected_action": [person.pk]}

    answer = client.post(address("accounts_user_changelist", language="en"), chosen)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="accounts.json"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert [told["account"]["username"] for told in answer.json()["accounts"]] == [NAME]


def test_only_people_with_all_rights_touch_such_accounts(person):
    administrator = client_of("administrator")
    names = Group.objects.get(name=ADMINISTRATORS).user_set.values_list("username", flat=True)
    assert list(names) == ["administrator"]
    accounts = address("accounts_user_changelist", language="en")
    chosen = {"_selected_action": [person.pk], "confirmed": "yes"}

    erased = administrator.post(accounts, chosen | {"action": "erase_accounts"}, follow=True)
    told = administrator.post(accounts, chosen | {"action": "export_accounts"})

    assert b"only a person with all rights can erase it" in erased.content
    assert told.json() == {"accounts": []}
    assert User.objects.filter(pk=person.pk).exists()
    for role in ("translator", "editor", "publisher"):
        client_of(role).post(accounts, chosen | {"action": "erase_accounts"})
    assert User.objects.filter(pk=person.pk).exists()


def test_last_account_with_all_rights_stays(person, monkeypatch):
    call_command("erase_account", "badr", "--no-input", stdout=StringIO())
    with pytest.raises(CommandError, match="is the last account with all rights"):
        call_command("erase_account", NAME, "--no-input")
    assert "accounts.User" in rows_that_name(NAME)


def test_command_asks_first(person, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "yes")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("erase_account", NAME)
    with pytest.raises(CommandError, match="There is no account “nobody”"):
        call_command("erase_account", "nobody")
    assert User.objects.filter(pk=person.pk).exists()


def test_erasing_that_fails_changes_nothing(person, monkeypatch):
    def fail(*arguments):
        raise RuntimeError("broken")

    monkeypatch.setattr("portal.personal_data.record_erasure", fail)
    before = rows_that_name(NAME)
    with pytest.raises(RuntimeError):
        erase(person)
    assert rows_that_name(NAME) == before
