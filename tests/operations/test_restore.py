"""Back-ups of the whole content, from one database to the other and back."""

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
from history.content_version import version
from history.models import Change, Revision
from operations.backup import tables
from operations.backup.archive import opened
from operations.backup.making import make
from search.models import SearchEntry
from tests.databases import turned_to
from tests.operations.databases import connected_to, database_of_its_own, migrated

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]

# Stops where all is written and nothing committed, until somebody ends it.
STOPPING_HALFWAY = """
import signal, sys, time
import django
signal.signal(signal.SIGINT, signal.default_int_handler)  # which jobs in the background ignore
django.setup()
from operations.backup import restoring
from django.core.management import execute_from_command_line
def wait(*arguments):
    print("written", flush=True)
    time.sleep(60)
restoring.index_all = wait
execute_from_command_line(["manage.py", "restore", sys.argv[1], "--no-input"])
"""


@pytest.fixture(scope="module")
def address(loaded, django_db_blocker, tmp_path_factory):
    """A database with the content, accounts and a history, as another process finds it."""
    path = tmp_path_factory.mktemp("here") / "portal.sqlite3"
    with django_db_blocker.unblock(), turned_to(*loaded), database_of_its_own(path) as found:
        with connected_to(found):
            edit()
        yield found


@pytest.fixture(autouse=True)
def here(address):
    with connected_to(address):
        yield


def edit():
    """Leave what administrators leave."""
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
    return backed_up(tmp_path / "file")


def backed_up(path):
    call_command("backup", path, verbosity=0)
    return path


def restored(path):
    call_command("restore", path, no_input=True, verbosity=0)


def digests(path):
    with opened(path, []) as archive:
        for _row in archive.rows():
            pass
        return archive.end["tables"]


def test_everything_comes_back_from_the_other_database_equal_by_digest(file, tmp_path):
    history = Revision.objects.count(), Change.objects.count()
    latest = Change.objects.filter(model="goals.objective").latest("id").record
    with connected_to(migrated(tmp_path / "other.sqlite3")):
        restored(file)
        call_command("search_index", check=True, verbosity=0)
        there = backed_up(tmp_path / "there")
        assert User.objects.get().groups.get() == Group.objects.first()

    token = version()
    Objective.objects.all().delete()
    User.objects.all().delete()
    restored(there)

    assert (Revision.objects.count(), Change.objects.count()) == history
    assert digests(file) == digests(there) == digests(backed_up(tmp_path / "here again"))
    assert version() != token
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
    before = digests(backed_up(tmp_path / "before"))
    token, entries = version(), SearchEntry.objects.count()

    with subprocess.Popen(
        [sys.executable, "-c", STOPPING_HALFWAY, file],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said = process.stdout.readline()
        User.objects.count()  # readers are not kept waiting
        process.send_signal(ending)
        error = process.communicate(timeout=20)[1]

    assert said == "written\n"
    if ending != signal.SIGKILL:
        assert error == "CommandError: Interrupted: the database is as before.\n"
    assert digests(backed_up(tmp_path / "after")) == before
    assert (version(), SearchEntry.objects.count()) == (token, entries)


def test_back_up_is_of_one_moment(tmp_path):
    """What somebody else commits while it is written is not in it."""
    other = connection.copy()

    class Interfering(tqdm):
        def __init__(self, **options):
            super().__init__(**options, disable=True)
            with other.cursor() as cursor:
                cursor.execute("UPDATE accounts_user SET first_name = 'Nadia'")
                cursor.execute("UPDATE goals_goal SET title_en = 'Written meanwhile'")

    make(tmp_path / "file", [], Interfering)
    other.close()

    with opened(tmp_path / "file", []) as archive:
        lines = b"".join(line for _name, _row, line in archive.rows())
    assert b"Nadia" not in lines
    assert b"Written meanwhile" not in lines
    assert Goal.objects.filter(title_en="Written meanwhile").count() == Goal.objects.count()


def test_rows_that_the_database_refuses_leave_all_as_it_was(file, tmp_path, monkeypatch):
    def rows_without_a_goal(model):
        place = tables.columns(model).index("goal_id") if model is Objective else None
        for row in tables.rows(model):
            yield [12345 if number == place else value for number, value in enumerate(row)]

    with monkeypatch.context() as patch:
        patch.setattr("operations.backup.archive.rows", rows_without_a_goal)
        make(tmp_path / "impossible", [], partial(tqdm, disable=True))

    with pytest.raises(CommandError, match="The database is as before, since it refused"):
        restored(tmp_path / "impossible")

    assert digests(backed_up(tmp_path / "after")) == digests(file)


def test_rows_that_come_out_differently_leave_all_as_it_was(file, tmp_path, monkeypatch):
    monkeypatch.setattr("operations.backup.restoring.digest", lambda model, progress: (0, ""))

    with pytest.raises(CommandError, match=r"as before, since .* did not come out"):
        restored(file)

    assert digests(backed_up(tmp_path / "after")) == digests(file)
