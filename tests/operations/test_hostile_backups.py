"""A back-up may come from anybody: what is in it is refused with a reason, or restored exactly."""

import json
import lzma
import os
import subprocess
import sys
from hashlib import sha256

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import User
from library.models import Paragraph
from operations.backup import lines as backup_lines
from operations.backup.errors import BackupError
from tests.examples import examples
from tests.factories import make_paragraph
from tests.operations.test_backup import (  # noqa: F401  (fixtures)
    assert_refused,
    change_header,
    database,
    file,
    make_archive,
    read_header,
    rewrite_lines,
    template,
)

pytestmark = pytest.mark.django_db

MAX_MEGABYTES = 250  # of a process of which Django takes 62 to 100
CHECKING = r"""
import re, sys
from pathlib import Path
import django
django.setup()
from django.core.management import CommandError, call_command
try:
    call_command("restore", sys.argv[1], check=True, verbosity=0)
except CommandError as error:
    print(error)
print(int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def dump(value):
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def with_digests(lines):
    """Return the lines of a back-up with a trailer whose digests are right."""
    trailer = json.loads(lines[-1])
    tables, name = {name: {"rows": 0, "sha256": sha256()} for name in trailer["tables"]}, ""
    for line in lines[1:-1]:
        if line.startswith(b"{"):
            name = str(json.loads(line).get("table"))
        elif name in tables:
            tables[name]["rows"] += 1
            tables[name]["sha256"].update(line)
    for name, table in tables.items():
        table = table | {"sha256": table["sha256"].hexdigest()}
        trailer["tables"][name] |= table
    trailer["sha256"] = sha256(b"".join(lines[:-1])).hexdigest()
    return [*lines[:-1], dump(trailer)]


def forge(path, change):
    """Change the lines of a back-up as somebody does who makes its digests anew."""
    return rewrite_lines(path, lambda lines: with_digests(change(lines)))


def change_user(path, **values):
    """Change the values of the only account; a text in place of a value is taken as JSON."""
    columns = read_header(path)["tables"]["accounts.user"]

    def change(lines):
        place = next(
            number for number, line in enumerate(lines) if line == b'{"table":"accounts.user"}\n'
        )
        row = [dump(value).decode().strip() for value in json.loads(lines[place + 1])]
        for name, value in values.items():
            row[columns.index(name)] = value
        return [*lines[: place + 1], f"[{','.join(row)}]\n".encode(), *lines[place + 2 :]]

    return forge(path, change)


def check_in_a_process(address, path):
    """Check a back-up in a process; return its message, if any, and the megabytes that it took."""
    process = subprocess.run(
        [sys.executable, "-c", CHECKING, path],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "portal.settings", "DATABASE_URL": address},
        stdout=subprocess.PIPE,
        text=True,
    )
    return process.stdout.splitlines()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda: b"\0" * 200_000_000, id="zeros"),
        pytest.param(lambda: b"[" * 50_000_000, id="arrays in arrays"),
        pytest.param(lambda: b"[" + b"[]," * 5_000_000, id="many arrays"),
        pytest.param(lambda: b'["' + b"x" * 100_000_000 + b'"]\n', id="a long text"),
        pytest.param(lambda: b"9" * 10_000_000 + b"\n", id="a long number"),
    ],
)
@pytest.mark.parametrize("place", ["first", "second"])
def test_line_that_is_too_long_takes_little_memory(database, file, content, place):  # noqa: F811
    header = lzma.decompress(file.read_bytes()).splitlines(keepends=True)[0]
    lines = (header if place == "second" else b"") + content()
    file.write_bytes(lzma.compress(lines, preset=0))
    message, megabytes = check_in_a_process(database, file)
    assert "line of" in message
    assert int(megabytes) < MAX_MEGABYTES


def test_compressed_data_that_want_too_much_memory_are_refused(file):  # noqa: F811
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]
    file.write_bytes(lzma.compress(lzma.decompress(file.read_bytes()), filters=filters))
    assert_refused(file, "damaged or cut off: Memory usage limit exceeded")


def test_what_follows_the_compressed_data_is_refused(file):  # noqa: F811
    file.write_bytes(file.read_bytes() * 2)
    assert_refused(file, "something follows its end")


def test_back_up_that_could_not_be_restored_is_not_made(tmp_path, monkeypatch):
    monkeypatch.setattr(backup_lines, "MAX_LINE_BYTES", 2 * 1024 * 1024)
    User.objects.update(first_name="x" * 3_000_000)  # SQLite stores more than the column has
    with pytest.raises(CommandError, match="longer than 2 MB"):
        make_archive(tmp_path / "file")
    assert not (tmp_path / "file").exists()


@pytest.mark.parametrize(
    "values",
    [
        {"portal": 5},
        {"portal": "\x1b[2J"},
        {"portal": "9" * 200},
        {"made": "yesterday"},
        {"made": None},
        {"database": []},
        {"migrations": 7},
        {"migrations": [["goals"]]},
        {"migrations": [[1, 2]]},
        {"tables": []},
        {"tables": {"goals.goal": "id"}},
        {"rows": -1},
        {"rows": 1.5},
        {"rows": True},
        {"rows": 10**30},
    ],
)
def test_header_with_wrong_values_is_refused(file, values):  # noqa: F811
    assert_refused(change_header(file, **values), "its first line lacks something")


def test_header_that_lacks_a_key_is_refused(file):  # noqa: F811
    content, header = file.read_bytes(), read_header(file)
    for key in header:
        file.write_bytes(content)
        rest = {name: value for name, value in header.items() if name != key}
        rewrite_lines(file, lambda lines, rest=rest: [dump(rest), *lines[1:]])
        assert_refused(file, "first line lacks|no back-up of the portal|has format None")


@pytest.mark.parametrize("key", ["tables", "rows", "sha256", "last"])
def test_trailer_that_lacks_a_key_is_refused(file, key):  # noqa: F811
    def change(lines):
        trailer = json.loads(lines[-1])
        part = trailer if key == "tables" else trailer["tables"]["accounts.user"]
        del part[key]
        return [*lines[:-1], dump(trailer)]

    assert_refused(rewrite_lines(file, change), "its last line lacks something")


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"username": '"a\\u0000b"'}, "row 1 of accounts.user cannot be read"),
        ({"username": '"\\ud800"'}, "row 1 of accounts.user cannot be read"),
        ({"username": "NaN"}, "none of a back-up"),
        ({"username": "1e999"}, "none of a back-up"),
        ({"username": '{"a":1,"a":2}'}, "none of a back-up"),
        ({"id": "1" * 30}, "row 1 of accounts.user cannot be read"),
        ({"id": "1" * 5000}, "none of a back-up"),
        ({"id": "true"}, "row 1 of accounts.user cannot be read"),
        ({"is_active": '"perhaps"'}, "row 1 of accounts.user cannot be read"),
        ({"date_joined": '"2026-13-45"'}, "row 1 of accounts.user cannot be read"),
        ({"date_joined": '"0001-01-01T00:00:00+14:00"'}, "row 1 of accounts.user cannot be read"),
        ({"date_joined": "[]"}, "row 1 of accounts.user cannot be read"),
        ({"username": "null"}, "database is as before"),
        ({"username": "[[[]]]"}, "row 1 of accounts.user cannot be read"),
    ],
)
def test_values_that_no_database_stores_are_refused(file, values, reason):  # noqa: F811
    assert_refused(change_user(file, **values), reason)


@pytest.mark.parametrize(
    "lines",
    [
        [b'{"table":"accounts.unknown"}\n', b"[1]\n"],
        [b'{"table":"\\u001b[2J"}\n', b"[1]\n"],
        [b'{"table":["accounts.user"]}\n'],
        [b"{}\n"],
        [b"7\n"],
        [b"null\n"],
        [b'"text"\n'],
    ],
)
def test_lines_of_no_table_are_refused(file, lines):  # noqa: F811
    changed = forge(file, lambda all_lines: [*all_lines[:1], *lines, *all_lines[1:]])
    assert_refused(changed, "a line of it is of no table")


def test_rows_before_any_table_are_refused(file):  # noqa: F811
    changed = rewrite_lines(file, lambda lines: [lines[0], b"[1]\n", *lines[1:]])
    assert_refused(changed, "a line of it is of no table")


def test_rows_that_refer_to_each_other_in_a_circle_are_refused(tmp_path):
    first = make_paragraph()
    second = make_paragraph(first.article, parent=first)
    Paragraph.objects.filter(pk=first.pk).update(parent=second)
    path = make_archive(tmp_path / "file")

    assert_refused(path, "rows of library.paragraph refer to each other in a circle")


def test_superusers_of_the_back_up_are_named_before_it_is_restored(file, monkeypatch, capsys):  # noqa: F811
    changed = change_user(file, is_superuser="true")
    answers = []
    monkeypatch.setattr("builtins.input", lambda question: answers.append(question) or "no")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", changed, verbosity=0)
    assert "with 1 account that may do everything (superusers)" in capsys.readouterr().out


@pytest.mark.whole_site
def test_many_rows_are_read_one_after_another(database, file):  # noqa: F811
    rows = [dump([number, f"query {number}", "en", 1, "2026-01-01"]) for number in range(200_000)]

    def change(lines):
        place = lines.index(b'{"table":"search.unansweredquery"}\n')
        return [*lines[: place + 1], *rows, *lines[place + 1 :]]

    forge(file, change)
    (megabytes,) = check_in_a_process(database, file)
    assert int(megabytes) < MAX_MEGABYTES


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4)
    ),
    max_leaves=12,
)


@hypothesis_settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_any_line_in_any_place_is_refused_with_a_reason(file, data):  # noqa: F811
    content = file.read_bytes()
    lines = lzma.decompress(content).splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    line = data.draw(JSON_VALUES.map(lambda value: json.dumps(value).encode() + b"\n"))
    try:
        file.write_bytes(lzma.compress(b"".join([*lines[:place], line, *lines[place + 1 :]])))
        with pytest.raises(CommandError) as caught:
            call_command("restore", file, no_input=True, verbosity=0)
        assert isinstance(caught.value.__cause__, BackupError)
        assert str(caught.value).isprintable()
    finally:
        file.write_bytes(content)
