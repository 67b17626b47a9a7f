"""DOCX files that are refused, and names in them that lead nowhere."""

import io
import re
import zipfile

import pytest

from ingest.readers import packages
from ingest.readers.files import read_file
from ingest.readers.results import Fault, ReadError
from tests.ingest.making import WORD, make_docx, paragraph, sample


def fault_of(data):
    with pytest.raises(ReadError) as error:
        read_file(data)
    return error.value.fault


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE w:document [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE w:document SYSTEM "http://example.org/x.dtd">',
    ],
)
def test_entities_are_refused(declaration):
    body = f'{declaration}<w:document xmlns:w="{WORD}"><w:body/></w:document>'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", body)

    assert fault_of(target.getvalue()) == Fault.ENTITIES


def test_archive_that_declares_too_much_is_refused():
    data = make_docx(paragraph("نص"), big="<x/>" + " " * (51 * 1024 * 1024))

    assert len(data) < 200_000
    assert fault_of(data) == Fault.UNPACKED_TOO_LARGE


def test_archive_that_declares_less_than_it_has_is_refused(monkeypatch):
    monkeypatch.setattr(packages, "MAX_UNPACKED_BYTES", 1000)
    data = bytearray(make_docx(paragraph("نص " * 2000)))
    # The size in the central directory, 24 bytes after its signature, for the document.
    for match in re.finditer(b"PK\x01\x02", bytes(data)):
        data[match.start() + 24 : match.start() + 28] = (100).to_bytes(4, "little")

    assert fault_of(bytes(data)) in {Fault.UNPACKED_TOO_LARGE, Fault.BROKEN}


def test_names_that_lead_out_of_the_archive_lead_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = make_docx(paragraph("نص"))
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("../../escaped.txt", "x")
        archive.writestr("word/../../escaped.xml", "x")
        archive.writestr("/escaped.xml", "x")

    document = read_file(target.getvalue())

    assert [line.text for line in document.lines] == ["نص"]
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_cut_files_are_refused(share):
    data = sample("sf.docx")

    assert fault_of(data[: int(share * len(data))]) == Fault.BROKEN


def test_other_archives_are_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")

    assert fault_of(target.getvalue()) == Fault.UNKNOWN_KIND
    assert fault_of(make_docx()) == Fault.EMPTY
