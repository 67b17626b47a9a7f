"""Files of back-ups: those that are refused, and attempts that fail."""

import json
import lzma
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pyrage import decrypt
from pyrage.x25519 import Identity

from accounts.models import User
from operations.backup.tables import backed_up_models
from operations.models import Backup
from operations.release import portal_version
from operations.status import last_backup
from tests.conftest import sqlite_only
from tests.operations.databases import connected_to, migrated_database, sqlite_file

pytestmark = [pytest.mark.django_db, sqlite_only]


@pytest.fixture(scope="module")
def template(django_db_setup, django_db_blocker, tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "portal.sqlite3"
    with django_db_blocker.unblock():
        migrated_database(path)
    return path


@pytest.fixture(autouse=True)
def database(template, tmp_path, monkeypatch):
    """The address of a small database with one account, to which the test is connected."""
    monkeypatch.delenv("BACKUP_KEY", raising=False)
    path = tmp_path / "portal.sqlite3"
    shutil.copy(template, path)
    with connected_to(sqlite_file(path)):
        User.objects.create_user("amal")
        yield sqlite_file(path)


@pytest.fixture
def file(tmp_path):
    return make_archive(tmp_path / "file")


def make_archive(path, **options):
    call_command("backup", path, verbosity=0, **options)
    return path


def assert_refused(path, reason, **options):
    """Assert that restore gives a reason, ends with status 1, and does not change the database."""
    User.objects.update(email="before@example.org")
    with pytest.raises(CommandError, match=reason) as caught:
        call_command("restore", path, no_input=True, verbosity=0, **options)
    assert caught.value.returncode == 1
    assert User.objects.get().email == "before@example.org"


def rewrite_lines(path, change):
    """Change the lines of a back-up: `change` gets a list of lines and returns one."""
    lines = lzma.decompress(path.read_bytes()).splitlines(keepends=True)
    path.write_bytes(lzma.compress(b"".join(change(lines))))
    return path


def change_header(path, **values):
    def change(lines):
        return [json.dumps(json.loads(lines[0]) | values).encode() + b"\n", *lines[1:]]

    return rewrite_lines(path, change)


def read_header(path):
    return json.loads(lzma.decompress(path.read_bytes()).splitlines()[0])


@pytest.mark.whole_site
def test_tables_that_can_be_made_again_and_sessions_are_left_out():
    names = {model._meta.label for model in backed_up_models()}

    assert {"accounts.User_groups", "history.Change", "search.UnansweredQuery"} <= names
    left_out = {
        "history.ContentVersion",
        "editing.OpenForm",
        "library.IndexedPage",
        "library.IndexedText",
        "library.PageTerm",
        "library.TermMention",
        "library.TermName",
        "operations.Backup",
        "search.SearchEntry",
        "search.DeletionKey",
        "search.SearchTerm",
        "search.SearchWord",
        "sessions.Session",
    }
    assert not left_out & names


def test_back_up_is_recorded_with_its_time_file_and_size(tmp_path, capsys):
    assert last_backup() is None

    call_command("backup", tmp_path)

    recorded = last_backup()
    path = tmp_path / recorded.name
    assert recorded.size == path.stat().st_size
    assert (recorded.version, recorded.is_encrypted) == (portal_version(), False)
    assert recorded.rows == read_header(path)["rows"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    output = capsys.readouterr().out
    assert f"Wrote {recorded.rows:,} rows to {path}" in output
    assert "not encrypted" in output


def test_back_ups_go_to_the_data_folder_by_default(settings, tmp_path):
    settings.DATA_DIR = tmp_path

    call_command("backup", verbosity=0)

    assert (tmp_path / "backups" / last_backup().name).exists()
    assert stat.S_IMODE((tmp_path / "backups").stat().st_mode) == 0o700


def test_older_back_ups_are_removed_when_a_number_is_kept(tmp_path):
    for name in ("portal-20200101T000000Z.jsonl.xz", "portal-20200102T000000Z.jsonl.xz.age"):
        (tmp_path / name).touch()
    (tmp_path / "mine.jsonl.xz").touch()

    call_command("backup", tmp_path, keep=2, verbosity=0)

    left = {path.name for path in tmp_path.glob("*.jsonl.xz*")}
    assert left == {"mine.jsonl.xz", "portal-20200102T000000Z.jsonl.xz.age", last_backup().name}


def test_existing_file_is_not_overwritten(tmp_path):
    (tmp_path / "file").write_text("mine")

    with pytest.raises(CommandError, match="is there already"):
        make_archive(tmp_path / "file")

    assert (tmp_path / "file").read_text() == "mine"
    assert last_backup() is None


def test_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"could not be written to .*No such file"):
        make_archive(tmp_path / "nowhere" / "file")


def test_check_verifies_and_changes_nothing(file, capsys):
    User.objects.update(email="later@example.org")

    call_command("restore", file, check=True)

    assert "The back-up is whole: " in capsys.readouterr().out
    assert User.objects.get().email == "later@example.org"


def test_restore_asks_first(file, monkeypatch, capsys):
    User.objects.update(email="later@example.org")
    monkeypatch.setattr("builtins.input", lambda question: "y")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", file, verbosity=0)
    assert User.objects.get().email == "later@example.org"

    monkeypatch.setattr("builtins.input", lambda question: "yes")
    call_command("restore", file, verbosity=0)

    assert User.objects.get().email == ""
    assert "replaces everything in the SQLite database" in capsys.readouterr().out
    assert last_backup().name == file.name  # the list of back-ups belongs to the installation


def test_every_damaged_byte_is_found(file):
    content = file.read_bytes()
    step = len(content) // 12
    for place in range(0, len(content), step):
        changed = bytearray(content)
        changed[place] ^= 1
        file.write_bytes(changed)
        assert_refused(file, "damaged or cut off|is no back-up of the portal")


def test_file_that_is_cut_off_is_refused(file):
    content = file.read_bytes()
    for length in (0, 3, 100, len(content) // 2, len(content) - 1):
        file.write_bytes(content[:length])
        assert_refused(file, "damaged or cut off|is no back-up of the portal")


def test_file_that_is_not_there_is_named(tmp_path):
    assert_refused(tmp_path / "nothing", "cannot be read: .*No such file")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda lines: [line.replace(b"amal", b"badr") for line in lines],
            "accounts.user is not what",
        ),
        (
            lambda lines: [line for line in lines if b"amal" not in line],
            "accounts.user is not what",
        ),
        (lambda lines: lines[:-1], "is none of a back-up"),
        (lambda lines: [*lines, lines[1]], "something follows"),
        (lambda lines: [lines[0].replace(b'"made":"2', b'"made":"1'), *lines[1:]], "not what its"),
        (
            lambda lines: [line.replace(b'"amal"', b'"amal",1') for line in lines],
            "row 1 of accounts.user cannot be read",
        ),
        (
            lambda lines: [line.replace(b'["sessions","0001_initial"]', b"") for line in lines],
            "none of a back-up",
        ),
    ],
)
def test_lines_that_somebody_changed_are_refused(file, change, reason):
    assert_refused(rewrite_lines(file, change), reason)


def test_other_file_is_no_back_up(file):
    assert_refused(change_header(file, format="something else"), "is no back-up of the portal")


def test_other_format_is_refused(file):
    assert_refused(
        change_header(file, version=2), "has format 2, and this release .* reads format 1"
    )


def test_migrations_that_the_portal_does_not_know_are_named(file):
    migrations = [*read_header(file)["migrations"], ["goals", "0099_future"]]
    changed = change_header(file, migrations=migrations, portal="9.0")

    assert_refused(changed, r"does not know: goals\.0099_future\. It was made by release 9\.0")


def test_migrations_that_one_side_lacks_are_named(file):
    migrations = read_header(file)["migrations"]

    assert_refused(
        change_header(file, migrations=migrations[:-1]), "lacks migrations of the database: user"
    )


def test_database_that_is_not_migrated_is_refused(file, tmp_path):
    with (
        connected_to(sqlite_file(tmp_path / "empty.sqlite3")),
        pytest.raises(CommandError, match=r"Run manage\.py migrate first"),
    ):
        call_command("restore", file, no_input=True, verbosity=0)


def test_other_columns_are_named(file):
    tables = read_header(file)["tables"]
    changed = change_header(file, tables=tables | {"goals.goal": tables["goals.goal"][1:]})

    assert_refused(changed, r"other tables or columns: goals\.goal")


def test_public_key_encrypts_and_secret_key_restores(tmp_path, monkeypatch):
    identity, other = Identity.generate(), Identity.generate()
    key_file = tmp_path / "key"
    key_file.write_text(f"# created today\n{identity}\n")
    monkeypatch.setenv("BACKUP_KEY", str(identity.to_public()))

    path = make_archive(tmp_path / "file")

    assert Backup.objects.get().is_encrypted
    assert b"amal" in lzma.decompress(decrypt(path.read_bytes(), [identity]))
    assert_refused(path, "A public key does not decrypt")
    monkeypatch.setenv("BACKUP_KEY", str(other))
    assert_refused(path, "The key does not open the back-up: No matching keys found")
    monkeypatch.delenv("BACKUP_KEY")
    assert_refused(path, "is encrypted: BACKUP_KEY or --key-file opens it")
    call_command("restore", path, key_file=key_file, no_input=True, verbosity=0)
    assert User.objects.get().email == ""


def test_damaged_encrypted_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("BACKUP_KEY", str(Identity.generate()))
    path = make_archive(tmp_path / "file")
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    assert_refused(path, "damaged or cut off: decryption error")

    path.write_bytes(content[:-1000] + bytes([content[-1000] ^ 1]) + content[-999:])
    assert_refused(path, "damaged or cut off: decryption error")


@pytest.mark.parametrize("key", ["secret", "age1nothing", "AGE-SECRET-KEY-1NOTHING"])
def test_wrong_key_is_named(tmp_path, monkeypatch, key):
    monkeypatch.setenv("BACKUP_KEY", key)

    with pytest.raises(CommandError, match="The key is none of age's"):
        make_archive(tmp_path / "file")


def start_process(database, code, *arguments, **options):
    """Start Python code in a process of its own, with the database at an address."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


BACKING_UP = """
import sys
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "backup", sys.argv[1], *sys.argv[2:]])
"""

STOPPING_HALFWAY = """
import sys, time
import django
django.setup()
from django.core.management import execute_from_command_line
from operations.backup import archive
def wait(model):
    print("begun", flush=True)
    time.sleep(60)
archive.last_key = wait
execute_from_command_line(["manage.py", "backup", sys.argv[1]])
"""


@pytest.mark.whole_site
@pytest.mark.parametrize("is_encrypted", [False, True])
def test_full_disk_leaves_nothing_behind(database, tmp_path, is_encrypted):
    key_file = tmp_path / "key"
    key_file.write_text(str(Identity.generate()))
    options = ["--key-file", key_file] if is_encrypted else []
    # Python would leave cut files of compiled code, which nobody could read any more.
    without_compiled = f"import sys; sys.dont_write_bytecode = True{BACKING_UP}"

    with start_process(
        database,
        without_compiled,
        tmp_path / "file",
        *options,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    ) as process:
        error = process.communicate()[1]

    assert error == (
        f"CommandError: The back-up could not be written to {tmp_path / 'file'}: File too large.\n"
    )
    assert process.returncode == 1
    assert list(tmp_path.glob("file*")) == []


@pytest.mark.whole_site
def test_back_up_that_is_interrupted_leaves_nothing_behind(database, tmp_path):
    with start_process(database, STOPPING_HALFWAY, tmp_path / "file") as process:
        assert process.stdout.readline() == "begun\n"
        assert [path.name for path in tmp_path.glob("file*")] == ["file.part"]
        process.send_signal(signal.SIGTERM)
        error = process.communicate()[1]

    assert error == "CommandError: Interrupted: no back-up was made.\n"
    assert list(tmp_path.glob("file*")) == []
