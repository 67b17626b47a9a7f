"""The personal data of an account can be exported and erased."""

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
from portal.personal_data import erase_account
from tests.editing.test_roles import client_with_role
from tests.factories import make_goal
from tests.portal.test_admin import address
from translations.models import TranslationState
from translations.units import load_unit, review

pytestmark = pytest.mark.django_db

NAME = "theophrastus"


@pytest.fixture
def person():
    """An account with data in every table that can refer to a person."""
    person = User.objects.create_superuser(
        NAME, f"{NAME}@example.org", "a long enough phrase", first_name=NAME
    )
    person.groups.add(Group.objects.get(name=PUBLISHERS))
    other_person = User.objects.create_superuser("badr")
    with acting_as(person):
        goal = make_goal(title_ar="هدف", title_en="Goal")
    with acting_as(person), recording(comment="In my own words"):
        goal.title_en = "New title"
        goal.save()
    row = TranslationState.objects.filter(model="goals.goal", field="title").first()
    review(load_unit(row), NAME)
    own, others = (
        propose(goal, author, []) or Proposal.objects.first() for author in (person, other_person)
    )
    accept(own, other_person, {}, {})
    accept(others, person, {}, {})
    with acting_as(other_person), recording(comment=f"{NAME} → badr: as agreed"):
        goal.title_en = "Newer title"
        goal.save()
    OpenForm.objects.create(author=person, model="goals.goal", record=goal.pk)
    client = Client()
    client.force_login(person)
    client.post(address("auth_group_add", language="en"), {"name": "A group of theirs"})
    other_client = Client()
    other_client.force_login(other_person)
    form_address = address("accounts_user_change", person.pk, language="en")
    other_client.post(form_address, {"username": NAME, "date_joined_0": "2026-01-01"})
    return person


def tables_with(text):
    """Return the labels of the models that have a text in any column."""
    return {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for row in model._base_manager.values_list()
        if any(text in str(value) for value in row)
    }


def test_export_has_all_data_but_no_credentials(person):
    out = StringIO()

    call_command("export_account", NAME, stdout=out)

    data = json.loads(out.getvalue())
    assert data["account"]["email"] == f"{NAME}@example.org"
    assert data["account"]["groups"] == [PUBLISHERS]
    assert len(data["sessions"]) == 1
    assert "In my own words" in [revision["comment"] for revision in data["revisions"]]
    assert [change["label"] for change in data["revisions"][-1]["changes"]]
    assert (len(data["proposals"]), len(data["decisions"])) == (1, 1)
    assert data["translations"]
    assert len(data["reviews"]) == 1
    assert set(data["records"]) == {
        "account.emailaddress",
        "admin.logentry",
        "editing.openform",
    }
    assert person.password not in out.getvalue()
    assert not [row for row in Session.objects.all() if row.session_key in out.getvalue()]


def test_erasing_leaves_the_texts_and_nowhere_the_name(person):
    assert {"accounts.User", "history.Revision", "editing.Proposal"} <= tables_with(NAME)
    assert "translations.TranslationState" in tables_with(NAME)
    before = Change.objects.count()

    call_command("erase_account", NAME, "--no-input", stdout=StringIO())

    assert tables_with(NAME) == set()
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
    erase_account(person, User.objects.get(username="badr"))
    client = Client()
    client.force_login(User.objects.get(username="badr"))
    goal = Change.objects.filter(model="goals.goal").first().record
    anonymous = Change.objects.filter(revision__author_name=ERASED)
    erasure = address("history_change_change", Change.objects.first().pk, language=language)
    assert client.get(erasure).status_code == 200

    for name, arguments in [
        ("history_change_changelist", []),
        ("history_change_change", [anonymous.first().pk]),
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
    accounts = address("accounts_user_changelist", language="en")
    data = {"action": "erase_accounts", "_selected_action": [person.pk]}

    question = client.post(accounts, data)
    assert b"This cannot be undone" in question.content
    assert User.objects.filter(pk=person.pk).exists()

    answer = client.post(accounts, data | {"confirmed": "yes"}, follow=True)
    assert b"1 account was erased." in answer.content
    assert Change.objects.first().revision.author_name == "badr"
    assert tables_with(NAME) == set()


def test_administrator_downloads_what_is_stored(person):
    client = Client()
    client.force_login(person)
    data = {"action": "export_accounts", "_selected_action": [person.pk]}

    answer = client.post(address("accounts_user_changelist", language="en"), data)

    assert answer.headers["Content-Disposition"] == 'attachment; filename="accounts.json"'
    assert "no-store" in answer.headers["Cache-Control"]
    accounts = answer.json()["accounts"]
    assert [account["account"]["username"] for account in accounts] == [NAME]


def test_only_people_with_all_rights_touch_such_accounts(person):
    administrator = client_with_role("administrator")
    names = Group.objects.get(name=ADMINISTRATORS).user_set.values_list("username", flat=True)
    assert list(names) == ["administrator"]
    accounts = address("accounts_user_changelist", language="en")
    data = {"_selected_action": [person.pk], "confirmed": "yes"}

    erasure = administrator.post(accounts, data | {"action": "erase_accounts"}, follow=True)
    export = administrator.post(accounts, data | {"action": "export_accounts"})

    assert b"only a person with all rights can erase it" in erasure.content
    assert export.json() == {"accounts": []}
    assert User.objects.filter(pk=person.pk).exists()
    for role in ("translator", "editor", "publisher"):
        client_with_role(role).post(accounts, data | {"action": "erase_accounts"})
    assert User.objects.filter(pk=person.pk).exists()


def test_last_account_with_all_rights_stays(person, monkeypatch):
    call_command("erase_account", "badr", "--no-input", stdout=StringIO())
    with pytest.raises(CommandError, match="is the last account with all rights"):
        call_command("erase_account", NAME, "--no-input")
    assert "accounts.User" in tables_with(NAME)


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
    before = tables_with(NAME)
    with pytest.raises(RuntimeError):
        erase_account(person)
    assert tables_with(NAME) == before
