"""Plain text: encodings, lines as they are, and what is refused."""

import pytest

from ingest.readers.files import read_file
from ingest.readers.results import Fault, NoticeKind, ReadError
from ingest.readers.text import read_text
from tests.ingest.making import DOCUMENTS, SLUGS

TEXT = "مكافحة الإرهاب\nتعزيز سلامة الحدود، ومنع الجريمة – في العالم أجمع."


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
        ("cp1256", b""),
    ],
)
def test_encodings_give_the_same_lines(encoding, mark):
    document = read_text(mark + TEXT.encode(encoding))

    assert [line.text for line in document.lines] == TEXT.split("\n")
    assert len(document.notices) == (encoding != "utf-8")


@pytest.mark.parametrize("slug", [*SLUGS.values(), "dialogue", "un-cooperation"])
def test_our_documents_come_back_byte_for_byte(slug):
    data = (DOCUMENTS / f"{slug}.ar.txt").read_bytes()

    document = read_file(data)

    text = "\n".join(line.text for line in document.lines) + "\n" * document.ends_with_newline
    assert text.encode() == data
    assert document.notices == []


def test_line_ends_of_all_systems_are_read():
    document = read_text("أ\r\nب\rج\u2028د\n\nهـ\n".encode())

    assert [line.text for line in document.lines] == ["أ", "ب", "ج", "د", "", "هـ"]
    assert document.ends_with_newline


@pytest.mark.parametrize(
    "data",
    [
        "Élève à l’école : ça va être très bien".encode("cp1252"),
        "الشرطة في العالم".encode("iso-8859-6"),
        b"\xff\xfe\x00",
        "نص".encode("utf-32"),
        bytes(range(256)),
    ],
)
def test_other_encodings_are_refused(data):
    with pytest.raises(ReadError) as error:
        read_text(data)

    assert error.value.fault == Fault.UNKNOWN_ENCODING


def test_marks_that_nobody_sees_are_removed_and_named():
    document = read_file("\u202bمكافحة\u200f الإرهاب\u202c\nنص\u200f آخر".encode())

    assert [line.text for line in document.lines] == ["مكافحة الإرهاب", "نص آخر"]
    [notice] = document.notices
    assert (notice.kind, notice.total) == (NoticeKind.INVISIBLE, 4)
    assert "U+200F RIGHT-TO-LEFT MARK (2)" in str(notice)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.EMPTY),
        (b" \n\t\n", Fault.EMPTY),
        ("\u200f\u200e".encode(), Fault.NO_ARABIC),
        (b"Only English here.", Fault.NO_ARABIC),
        (b"x" * (10 * 1024 * 1024 + 1), Fault.TOO_LARGE),
        ("نص\n" * 5001, Fault.TOO_MANY_LINES),
        (b"\x89PNG\r\n\x1a\n", Fault.UNKNOWN_KIND),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, Fault.UNKNOWN_KIND),
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            Fault.ENCRYPTED,
        ),
    ],
)
def test_bad_files_are_refused(data, fault):
    with pytest.raises(ReadError) as error:
        read_file(data if isinstance(data, bytes) else data.encode())

    assert error.value.fault == fault


def test_five_thousand_lines_are_taken():
    assert len(read_file(("نص\n" * 5000).encode()).lines) == 5000
