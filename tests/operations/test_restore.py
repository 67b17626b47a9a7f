"""Back-ups of the whole content, carried between SQLite and PostgreSQL."""

import os
import signal
import subprocess
import sys
from functools import partial

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from tqdm import tqdm

from accounts.models import User
from editing.models import OpenForm, Proposal
from goals.models import Goal, Objective
from history.content_version import current_version
from history.models import Change, Revision
from library.models import Headword, Term
from operations.backup import tables
from operations.backup.archive import open_archive
from operations.backup.making import make_backup
from search.models import SearchEntry
from tests.databases import using_database
from tests.operations.databases import connected_to, database_copy, migrated_database

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]

# Stops after all rows are written and before the commit, until a signal ends it.
STOPPING_HALFWAY = """
import signal, sys, time
import django
signal.signal(signal.SIGINT, signal.default_int_handler)  # jobs in the background ignore it
django.setup()
from operations.backup import restoring
from django.core.management import execute_from_command_line
def wait(*arguments):
    print("written", flush=True)
    time.sleep(60)
restoring.rebuild_indexes = wait
execute_from_command_line(["manage.py", "restore", sys.argv[1], "--no-input"])
"""


@pytest.fixture(scope="module")
def address(loaded, django_db_blocker, tmp_path_factory):
    """The address of a committed database with the content, accounts and a history."""
    path = tmp_path_factory.mktemp("here") / "portal.sqlite3"
    with django_db_blocker.unblock(), using_database(*loaded), database_copy(path) as copy:
        with connected_to(copy):
            make_edits()
        yield copy


@pytest.fixture(autouse=True)
def here(address):
    with connected_to(address):
        yield


def make_edits():
    """Write rows such as administrators leave: accounts, changes, a proposal, a session."""
    person = User.objects.create_superuser("amal", "amal@example.org")
    person.groups.add(Group.objects.first())
    objective = Objective.objects.get(code="GPG 1.1")
    Objective.objects.filter(pk=objective.pk).update(text_ar="نص آخر", text_en="")
    LogEntry.objects.log_actions(person.pk, [objective], 2, change_message="Changed.")
    Proposal.objects.create(
        model="goals.goal",
        record=1,
        label="Goal",
        author=person,
        author_name="amal",
        changes=[{"zeta": None, "a": 1.5, "bb": ["نص", True]}],
    )
    latest = Objective.objects.create(
        goal=objective.goal, number=99, code="GPG 1.99", text_ar="نص", line=objective.line
    )
    latest.delete()
    OpenForm.objects.create(author=person, model="goals.goal", record=1)
    Session.objects.create(session_key="k" * 32, session_data="", expire_date=timezone.now())


@pytest.fixture
def file(here, tmp_path):
    return make_archive(tmp_path / "file")


def make_archive(path):
    call_command("backup", path, verbosity=0)
    return path


def restore(path):
    call_command("restore", path, no_input=True, verbosity=0)


def checksums(path):
    with open_archive(path, []) as archive:
        for _row in archive.rows():
            pass
        return archive.trailer["tables"]


def test_everything_comes_back_from_the_other_database_equal_by_digest(file, tmp_path):
    history = Revision.objects.count(), Change.objects.count()
    latest = Change.objects.filter(model="goals.objective").latest("id").record
    with connected_to(migrated_database(tmp_path / "other.sqlite3")):
        restore(file)
        call_command("search_index", check=True, verbosity=0)
        assert Headword.objects.count() == len(settings.LANGUAGES) * Term.objects.count() > 0
        there = make_archive(tmp_path / "there")
        assert User.objects.get().groups.get() == Group.objects.first()

    token = current_version()
    Objective.objects.all().delete()
    User.objects.all().delete()
    restore(there)

    assert (Revision.objects.count(), Change.objects.count()) == history
    assert checksums(file) == checksums(there) == checksums(make_archive(tmp_path / "here again"))
    assert current_version() != token
    assert not Session.objects.exists()
    assert not OpenForm.objects.exists()
    objective = Objective.objects.get(code="GPG 1.1")
    assert (objective.text_ar, objective.text_en) == ("نص آخر", "")
    assert Proposal.objects.get().changes == [{"a": 1.5, "bb": ["نص", True], "zeta": None}]
    assert LogEntry.objects.get().get_edited_object() == objective
    call_command("search_index", check=True, verbosity=0)
    # The number of the objective that is gone belongs to its history.
    added = Objective.objects.create(
        goal=objective.goal, number=98, code="GPG 1.98", text_ar="نص", line=objective.line
    )
    assert added.pk == latest + 1


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_restore_that_is_interrupted_leaves_all_as_it_was(address, file, tmp_path, ending):
    User.objects.update(email="changed@example.org")
    before = checksums(make_archive(tmp_path / "before"))
    token, entries = current_version(), SearchEntry.objects.count()

    with subprocess.Popen(
        [sys.executable, "-c", STOPPING_HALFWAY, file],
        cwd=settings.BASE_DIR,
        # A busy machine would log slow queries on the same stream.
        env=os.environ
        | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "portal.settings"}
        | {"SLOW_QUERY_MS": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        first_line = process.stdout.readline()
        User.objects.count()  # readers are not kept waiting
        process.send_signal(ending)
        error = process.communicate(timeout=20)[1]

    assert first_line == "written\n"
    if ending != signal.SIGKILL:
        assert error == "CommandError: Interrupted: the database is as before.\n"
    assert checksums(make_archive(tmp_path / "after")) == before
    assert (current_version(), SearchEntry.objects.count()) == (token, entries)


def test_back_up_is_of_one_moment(tmp_path):
    """Changes that are committed while the back-up is written are not in it."""
    other = connection.copy()

    class Interfering(tqdm):
        def __init__(self, **options):
            super().__init__(**options, disable=True)
            with other.cursor() as cursor:
                cursor.execute("UPDATE accounts_user SET first_name = 'Nadia'")
                cursor.execute("UPDATE goals_goal SET title_en = 'Written meanwhile'")

    make_backup(tmp_path / "file", [], Interfering)
    other.close()

    with open_archive(tmp_path / "file", []) as archive:
        lines = b"".join(line for _name, _row, line in archive.rows())
    assert b"Nadia" not in lines
    assert b"Written meanwhile" not in lines
    assert Goal.objects.filter(title_en="Written meanwhile").count() == Goal.objects.count()


def test_rows_that_the_database_refuses_leave_all_as_it_was(file, tmp_path, monkeypatch):
    def rows_without_a_goal(model):
        place = tables.columns(model).index("goal_id") if model is Objective else None
        for row in tables.read_rows(model):
            yield [12345 if number == place else value for number, value in enumerate(row)]

    with monkeypatch.context() as patch:
        patch.setattr("operations.backup.archive.read_rows", rows_without_a_goal)
        make_backup(tmp_path / "impossible", [], partial(tqdm, disable=True))

    with pytest.raises(CommandError, match="The database is as before, since it refused"):
        restore(tmp_path / "impossible")

    assert checksums(make_archive(tmp_path / "after")) == checksums(file)


def test_rows_that_come_out_differently_leave_all_as_it_was(file, tmp_path, monkeypatch):
    target = "operations.backup.restoring.table_checksum"
    monkeypatch.setattr(target, lambda model, progress: (0, ""))

    with pytest.raises(CommandError, match=r"as before, since .* did not come out"):
        restore(file)

    assert checksums(make_archive(tmp_path / "after")) == checksums(file)
