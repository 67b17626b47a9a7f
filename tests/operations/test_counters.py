"""The files of counters: full disks, truncated files, files of others, processes that ended."""

import os
import subprocess
import sys

import pytest

from operations.observability import counters, merging, processes
from operations.observability.counters import (
    CopiedValue,
    Copies,
    CounterFile,
    copies,
    files_of_processes,
    read_counters,
)

KEY = '["portal_requests", "portal_requests_total", {"view": "search"}, "Requests."]'
OTHER_KEY = '["portal_requests", "portal_requests_total", {"view": "بحث"}, "Requests."]'


@pytest.fixture(autouse=True)
def no_files_known(monkeypatch):
    monkeypatch.setattr(merging, "unreadable", set())


def write_file(path, values):
    file = CounterFile(path)
    for key, value in values.items():
        file.write(key, value)
    file.close()


def ended_pid():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def totals(folder):
    """Return the samples of all processes: {labels: value}."""
    return {
        tuple(sample.labels.values()): sample.value
        for metric in merging.merged_metrics(folder)
        for sample in metric.samples
    }


def test_what_is_written_is_read(tmp_path):
    file = CounterFile(tmp_path / "counter_1.db")

    file.write(KEY, 1)
    file.write(OTHER_KEY, 2.5)
    file.write(KEY, 3)

    assert read_counters(file.path) == {KEY: 3, OTHER_KEY: 2.5}
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.close()


def test_a_process_with_the_id_of_an_ended_one_gets_a_file_of_its_own(tmp_path):
    path = tmp_path / f"counter_{os.getpid()}.db"

    for value in (1, 2, 4):
        write_file(path, {KEY: value})

    assert [file.pid for file in files_of_processes(tmp_path)] == [os.getpid()] * 3
    assert totals(tmp_path) == {("search",): 7}


def test_on_a_full_disk_counts_stay_in_memory_and_are_written_later(tmp_path, monkeypatch, caplog):
    full = Copies()
    full.folder = tmp_path
    monkeypatch.setattr(counters, "copies", full)
    full.files["counter"] = file = CounterFile(tmp_path / "counter_1.db")
    file.descriptor = os.open("/dev/full", os.O_WRONLY)
    one, two = (CopiedValue("counter", "x", name, [], [], "X.") for name in ("one", "two"))

    for value in (one, one, two):
        value.inc(1)
    assert full.is_failing
    assert [record.levelname for record in caplog.records] == ["WARNING"]

    file.close()
    two.inc(1)
    assert not full.is_failing
    assert read_counters(file.path) == {one.key: 2, two.key: 2}
    file.close()


@pytest.mark.parametrize(
    "content",
    [
        b"\xff" * 100,
        b"\x00\x10\x00\x00\x00\x00\x00\x00",
        # Lengths that would lead back to the entry itself, and beyond the end.
        b"\x40\x00\x00\x00\x00\x00\x00\x00" + (-28).to_bytes(4, "little", signed=True) + b"\0" * 60,
        b"\x40\x00\x00\x00\x00\x00\x00\x00" + (10**9).to_bytes(4, "little") + b"\0" * 60,
        b"\x20\x00\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00null" + b"\0" * 16,
    ],
    ids=["negative", "truncated", "backwards", "beyond", "other-key"],
)
def test_truncated_and_foreign_files_are_left_out(tmp_path, caplog, content):
    write_file(tmp_path / f"counter_{os.getpid()}.db", {KEY: 2})
    (tmp_path / "counter_1.db").write_bytes(content)
    (tmp_path / "counter_x.db").write_text("no number")
    (tmp_path / "histogram_2.db").mkdir()

    assert totals(tmp_path) == {("search",): 2}
    assert totals(tmp_path) == {("search",): 2}
    assert len(caplog.records) == 2  # once for each file


def test_each_cut_of_a_file_is_read_or_left_out(tmp_path, caplog):
    write_file(tmp_path / "whole.db", {KEY: 1, OTHER_KEY: 2})
    content = (tmp_path / "whole.db").read_bytes()
    path = tmp_path / f"counter_{os.getpid()}.db"

    for size in range(len(content)):
        path.write_bytes(content[:size])
        assert totals(tmp_path) == {}


def test_processes_that_ended_are_merged_into_one_file(tmp_path):
    for _ in range(3):
        write_file(tmp_path / f"counter_{ended_pid()}.db", {KEY: 2})
    write_file(tmp_path / f"counter_{os.getpid()}.db", {KEY: 1})

    assert totals(tmp_path) == {("search",): 7}
    assert [file.pid for file in files_of_processes(tmp_path)] == [0, os.getpid()]
    assert totals(tmp_path) == {("search",): 7}


def test_a_merge_that_cannot_be_written_deletes_nothing(tmp_path, monkeypatch):
    pid = ended_pid()
    write_file(tmp_path / f"counter_{pid}.db", {KEY: 2})

    def fail(*_arguments):
        raise OSError("No space left on device")

    monkeypatch.setattr(CounterFile, "write", fail)
    assert totals(tmp_path) == {("search",): 2}
    assert [file.pid for file in files_of_processes(tmp_path)] == [pid]
    assert not list(tmp_path.glob("*.new"))


def test_a_folder_that_has_gone_is_no_error(tmp_path):
    assert totals(tmp_path / "gone") == {}
    assert processes.running_pids(tmp_path / "gone") == []


def test_the_folder_in_memory_is_of_this_account_and_data_folder_alone(tmp_path):
    one, two = (processes.default_folder(tmp_path / name) for name in ("one", "two"))
    assert len({one, two, tmp_path}) == 3
    assert one.parent == two.parent == processes.SHARED_MEMORY

    processes.make_private(one)
    try:
        assert one.stat().st_mode & 0o777 == 0o700
        processes.make_private(one)
        one.chmod(0o755)
        with pytest.raises(PermissionError):
            processes.make_private(one)
    finally:
        one.rmdir()
    one.symlink_to(tmp_path)
    try:
        with pytest.raises(PermissionError):
            processes.make_private(one)
    finally:
        one.unlink()


FORKING = """
import os, sys
from pathlib import Path
from operations.observability.counters import CopiedValue, copies
copies.folder = Path(sys.argv[1])
value = CopiedValue("counter", "x", "x_total", [], [], "X.")
value.inc(5)
child = os.fork()
value.inc(2)
if child:
    os.waitpid(child, 0)
"""


def test_a_forked_process_counts_from_nought(tmp_path):
    command = [sys.executable, "-W", "error", "-c", FORKING, str(tmp_path)]

    subprocess.run(command, check=True)

    counted = [read_counters(file.path) for file in files_of_processes(tmp_path)]
    assert sorted(sum(values.values()) for values in counted) == [2, 7]


def test_a_value_counts_without_a_folder():
    value = CopiedValue("counter", "x", "x_total", ["a"], ["b"], "X.")
    value.inc(2)
    value.set(value.get() + 1)
    assert value.get() == 3
    copies.values.remove(value)
