"""Edits in a database of the former schema are carried over, on SQLite and PostgreSQL."""

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from editing.models import Proposal
from goals.models import Goal, Objective
from history.models import Change, ChangeKind, Revision
from history.recording import last_change
from history.restoring import restore
from library.models import Line
from operations.backup.errors import BackupError
from operations.backup.migrations import check_migrations
from operations.management.commands.carry_over import former_database
from search.checking import find_index_problems
from tests.databases import using_database
from tests.factories import make_goal
from tests.operations.databases import connected_to, database_copy, sqlite_file
from tests.signing_in import PASSWORD
from translations.models import TranslationState, TranslationStatus

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]

DUMPS = Path(__file__).parent / "former"


@contextmanager
def former_on_sqlite(path):
    with sqlite3.connect(path) as database:
        database.executescript((DUMPS / "sqlite.sql").read_text(encoding="utf-8"))
    database.close()
    yield sqlite_file(path)


@contextmanager
def former_on_postgresql():
    """Yield the address of a database of the former schema, on the server of the tests."""
    name = f"{connection.settings_dict['NAME']}_former"
    quoted = connection.ops.quote_name(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted}")
        cursor.execute(f"CREATE DATABASE {quoted} TEMPLATE template0")
    parameters = connection.get_connection_params() | {"dbname": name}
    for name_of_django in ("cursor_factory", "context"):
        parameters.pop(name_of_django, None)
    database = psycopg2.connect(**parameters)
    try:
        with database, database.cursor() as cursor:
            cursor.execute((DUMPS / "postgresql.sql").read_text(encoding="utf-8"))
    finally:
        database.close()
    yield urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {quoted}")


@pytest.fixture(scope="module")
def address(loaded, django_db_blocker, tmp_path_factory):
    """The address of a second database, in which tests may commit."""
    path = tmp_path_factory.mktemp("new") / "portal.sqlite3"
    with django_db_blocker.unblock(), using_database(*loaded), database_copy(path) as copy:
        yield copy


@pytest.fixture
def former(tmp_path, on_postgresql):
    """The address of a database of the former schema with edits."""
    database = former_on_postgresql() if on_postgresql else former_on_sqlite(tmp_path / "former.db")
    with database as address:
        yield address


@pytest.fixture
def new(address):
    """The address of an empty database, to which the test is connected."""
    with connected_to(address):
        call_command("flush", interactive=False, verbosity=0)
        yield address


def test_what_people_edited_is_carried_over(former, new):
    make_goal(slug="of-the-new-database")

    call_command("carry_over", former, no_input=True, verbosity=0)

    assert Goal.objects.get(slug="terrorism").title_ar == "مكافحة الإرهاب الدولي"
    assert not Goal.objects.filter(slug="of-the-new-database").exists()
    assert Line.objects.get(boilerplate_en="A line of the cover.").boilerplate_ar
    comments = set(Revision.objects.values_list("author_name", "comment"))
    assert {("badr", "First edit"), ("amal", "Deleted")} <= comments
    assert Proposal.objects.get().changes[0]["proposed"] == "Counter-terrorism"
    assert Change.objects.get(model="accounts.user").record == 99
    assert list(find_index_problems()) == []


def test_people_keep_their_passwords_and_permissions(former, new, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    call_command("carry_over", former, no_input=True, verbosity=0)

    amal, badr = User.objects.order_by("username")
    assert amal.check_password(PASSWORD)
    assert amal.emailaddress_set.get().email == "amal@example.org"
    assert badr.has_perms(["accounts.add_user", "editing.publish", "goals.change_objective"])
    assert not badr.has_perm("goals.delete_objective")
    watchers = Group.objects.get(name="Watchers").permissions
    assert {f"{p.content_type.app_label}.{p.codename}" for p in watchers.all()} == {
        "accounts.view_user",
        "goals.change_goal",
        "history.view_change",
        "operations.see_status",
        "translations.translate",
    }
    everything = Group.objects.get(name__contains="Administrators").permissions.count()
    assert everything == len(amal.get_all_permissions())
    logged = [entry.content_type.natural_key() for entry in LogEntry.objects.all()]
    assert logged == [("goals", "goal"), ("accounts", "user")]


def test_history_and_translations_go_on_where_they_were(former, new):
    call_command("carry_over", former, no_input=True, verbosity=0)

    states = TranslationState.objects.exclude(
        state__in=[TranslationStatus.NOTHING, TranslationStatus.UNREVIEWED]
    )
    assert set(states.values_list("model", "field", "state")) == {
        ("goals.goal", "subject", TranslationStatus.REVIEWED),
        ("goals.goal", "title", TranslationStatus.OUTDATED),
        ("goals.objective", "text", TranslationStatus.OUTDATED_MINOR),
    }
    before = Change.objects.count()
    goal = Goal.objects.get(slug="terrorism")
    call_command("migrate", verbosity=0)  # nothing is taken for new
    assert Change.objects.count() == before
    first = Change.objects.filter(model="goals.goal", record=goal.pk).last()
    restore(first, seen=last_change(Goal, goal.pk).pk)
    assert Goal.objects.get(pk=goal.pk).title_ar == "مكافحة الإرهاب"
    # The key of a deleted objective is not used again, since the history refers to it.
    deleted = Change.objects.get(model="goals.objective", kind=ChangeKind.DELETED)
    line = Line.objects.first()
    new_one = Objective.objects.create(goal=goal, number=9, text_ar="نص", line=line)
    assert new_one.pk > deleted.record


def test_former_database_is_left_as_it_is(former, new, tmp_path, on_postgresql):
    before = None if on_postgresql else (tmp_path / "former.db").read_bytes()

    call_command("carry_over", former, no_input=True, verbosity=0)

    if not on_postgresql:
        assert (tmp_path / "former.db").read_bytes() == before
    with connected_to(former), pytest.raises(CommandError, match="carry_over") as refused:
        call_command("migrate", verbosity=0)
    assert "is left\nas it is" in str(refused.value)
    with connected_to(former), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations WHERE app = 'history'")
        assert cursor.fetchone() == (0,)


def test_nothing_is_carried_over_where_it_cannot_be(former, new, tmp_path):
    goal = make_goal(title_en="Stays")

    def refused(address, reason):
        with pytest.raises(CommandError, match=reason):
            call_command("carry_over", address, no_input=True, verbosity=0)
        assert Goal.objects.get() == goal

    refused(new, "does not have the former schema")
    refused(sqlite_file(tmp_path / "nothing"), "There is no database")
    refused("x", "not the address of a database")
    with connected_to(former), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE goals_goal RENAME COLUMN slug TO other")
    refused(former, "Nothing was carried over")
    with connected_to(former), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0008_proposal_comment'")
    refused(former, "lacks migrations of the former schema: bilingual.0008_proposal_comment")


def test_without_a_yes_nothing_is_replaced(former, new, monkeypatch, capsys):
    goal = make_goal()
    monkeypatch.setattr("builtins.input", lambda prompt: "no")

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("carry_over", former)

    assert Goal.objects.get() == goal
    assert "replaces everything" in capsys.readouterr().out


def test_former_database_of_sqlite_cannot_be_written_to(tmp_path):
    with former_on_sqlite(tmp_path / "former.db") as address:
        former = former_database(address)
        with pytest.raises(Exception, match="readonly"), former.cursor() as cursor:
            cursor.execute("DELETE FROM goals_goal")
        former.close()


def test_back_up_of_the_former_schema_is_refused_by_name():
    header = {"portal": "0.1.0", "migrations": [["bilingual", "0001_history"]]}

    with pytest.raises(BackupError, match=r"before its packages were renamed.*carry_over"):
        check_migrations(header)
