"""Readers in a process of their own: limits, and faults that become sentences."""

import signal
import subprocess
import sys
import zlib

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.readers import limits, process
from ingest.readers.__main__ import answer
from ingest.readers.docx import Changes
from ingest.readers.pictures import MAX_PIXELS, draw_page
from ingest.readers.process import read_answer, read_document, read_page
from ingest.readers.results import Fault, Notice, NoticeKind, ReadDocument, ReadError
from tests.ingest.making import SLUGS, document_lines, make_docx, make_pdf, paragraph, run, sample


def fault_of(function, *arguments):
    with pytest.raises(ReadError) as error:
        function(*arguments)
    return error.value.fault


@pytest.mark.parametrize("name", ["goals.docx", "sf-libreoffice.pdf"])
def test_files_are_read_in_their_own_process(name):
    document = read_document(sample(name))

    expected = document_lines(SLUGS[name.split(".")[0].split("-")[0]])
    assert len(document.lines) == len(expected)
    assert isinstance(document, ReadDocument)


def test_notices_and_choices_pass_between_the_processes():
    changed = f"<w:ins>{run('سلامة ')}</w:ins>" + run("الحدود\u200f")
    data = make_docx(paragraph(changed))

    accepted, rejected = read_document(data), read_document(data, Changes.REJECT)

    assert [line.text for line in accepted.lines] == ["سلامة الحدود"]
    assert [line.text for line in rejected.lines] == ["الحدود"]
    assert [notice.kind for notice in accepted.notices] == [
        NoticeKind.INSERTIONS,
        NoticeKind.INVISIBLE,
    ]


def test_faults_are_sentences_in_the_language_of_the_reader():
    with pytest.raises(ReadError) as error:
        read_document(b"Only English.")

    assert str(error.value) == "The file has no Arabic text."
    with translation.override("ar"):
        assert str(error.value)


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_is_a_sentence(fault):
    sentence = str(ReadError(fault))

    assert sentence.endswith(".")
    assert "%" not in sentence


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("total", [1, 3])
def test_every_notice_is_a_sentence(kind, total):
    sentence = str(Notice(kind, total, ("first", "second")))

    assert sentence.endswith(".")
    assert "%" not in sentence


def test_large_and_empty_files_start_no_process(monkeypatch):
    monkeypatch.setattr(process, "wait", None)

    assert fault_of(read_document, b"x" * (10 * 1024 * 1024 + 1)) == Fault.TOO_LARGE
    assert fault_of(read_document, b" \n") == Fault.EMPTY


@pytest.mark.parametrize(
    ("status", "text", "fault"),
    [
        (-signal.SIGXCPU, b"", Fault.TOO_LONG),
        (-signal.SIGSEGV, b"", Fault.FAILED),
        (1, b"Traceback", Fault.FAILED),
        (0, b"", Fault.FAILED),
        (0, b'{"result": ', Fault.FAILED),
        (0, b'{"fault": "broken"}', Fault.BROKEN),
    ],
)
def test_process_that_fails_gives_a_fault(status, text, fault):
    assert fault_of(read_answer, status, text) == fault


def test_late_process_is_ended(monkeypatch):
    monkeypatch.setattr(process, "MAX_WAIT_SECONDS", 0)

    assert fault_of(read_document, "نص".encode()) == Fault.TOO_LONG


def limited(code, seconds=limits.MAX_PROCESSOR_SECONDS):
    """Run code in a limited process."""
    begin = f"from ingest.readers.limits import limit_process; limit_process({seconds})\n"
    return subprocess.run(
        [sys.executable, "-c", begin + code], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("bytearray(2 * 1024 ** 3)", "MemoryError"),
        ("import socket; socket.create_connection(('127.0.0.1', 9))", "PermissionError"),
        ("import socket; socket.getaddrinfo('example.org', 80)", "PermissionError"),
        ("import subprocess; subprocess.run(['true'])", "PermissionError"),
        ("import os; os.system('true')", "PermissionError"),
        ("import os; os.remove('/nowhere/at-all')", "PermissionError"),
        ("import os; os.fork()", "PermissionError"),
    ],
)
def test_limited_process_cannot_do_what_no_reader_needs(code, error):
    result = limited(code)

    assert result.returncode == 1
    assert error in result.stderr


def test_limited_process_cannot_write_a_large_file(tmp_path):
    size = limits.MAX_ANSWER_BYTES + 1
    result = limited(f"open({str(tmp_path / 'file')!r}, 'wb').write(bytes({size}))")

    assert "File too large" in result.stderr


def test_limited_process_is_ended_after_its_time():
    assert limited("while True: pass", seconds=1).returncode == -signal.SIGXCPU


def test_picture_of_a_page_is_drawn_in_its_own_process(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")

    picture = read_page(sample("sf-libreoffice.pdf"), 2)

    assert picture.png.startswith(b"\x89PNG")
    assert size(picture.png) == (1700, 2200)
    assert picture.text is None


@pytest.mark.parametrize(
    ("page", "data", "fault"),
    [
        (3, sample("sf-libreoffice.pdf"), Fault.NO_SUCH_PAGE),
        (0, sample("sf-libreoffice.pdf"), Fault.NO_SUCH_PAGE),
        (1, b"%PDF-1.7 and nothing more", Fault.BROKEN),
    ],
)
def test_pages_that_cannot_be_drawn_are_faults(page, data, fault):
    assert fault_of(read_page, data, page) == fault


def test_huge_page_is_drawn_smaller():
    width, height = size(draw_page(make_pdf(size=14_400), 1))

    assert width * height <= MAX_PIXELS * 1.01


def size(png):
    """Return the width and height of a picture, after unpacking it."""
    start = png.index(b"IDAT")
    assert zlib.decompress(png[start + 4 : png.index(b"IEND") - 8])
    return tuple(int.from_bytes(png[position : position + 4]) for position in (16, 20))


@pytest.mark.parametrize(
    "start", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<!DOCTYPE html>", b"\xff\xfe"]
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=2000))
def test_random_bytes_are_read_or_refused(start, data):
    result = answer("document", "accept", start + data)

    assert set(result) in ({"result"}, {"fault"})


@pytest.mark.parametrize("name", ["sf.docx", "sf-distilled.pdf"])
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(position=st.floats(0, 1), replacement=st.binary(min_size=1, max_size=20))
def test_damaged_files_are_read_or_refused(name, position, replacement):
    data = bytearray(sample(name))
    start = int(position * (len(data) - len(replacement)))
    data[start : start + len(replacement)] = replacement

    result = answer("document", "accept", bytes(data))

    assert set(result) in ({"result"}, {"fault"})
