"""Files made to crash their reader: refused with a sentence, within limits of time and memory."""

import base64
import gzip
import resource
import zipfile
import zlib
from io import BytesIO
from time import process_time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from library.glossary.termbase.reading import read as read_glossary
from tests.conftest import sqlite_only
from tests.exchange import export_file, stored_content
from tests.factories import make_goal, make_objective
from tests.portal.test_admin import address
from translations.exchange.importing import plan
from translations.exchange.reading import MAX_BYTES, read

pytestmark = [pytest.mark.django_db, sqlite_only, pytest.mark.whole_site]

MAX_SECONDS, MAX_MEGABYTES = 15, 600
XLIFF = b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file %b><body>'
HEAD = XLIFF % b'target-language="en"'
PO = b'msgid ""\nmsgstr "Language: en\\n"\n\n'
DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE xliff [%b]><xliff>%b</xliff>'
HAS_TYPE, TOO_MANY = "document type or entities", "more than 50000 texts"


def filled(start, part, end=b""):
    """Return a file of MAX_BYTES at most that repeats a part between its start and end."""
    return start + part * ((MAX_BYTES - len(start) - len(end)) // len(part)) + end


def workbook(name="xl/workbook.xml", size=MAX_BYTES):
    """Return a ZIP file with one file of `size` bytes, which compress to a few."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * size)
    return file.getvalue()


def nested_entities():
    """Return XML whose entities refer to ten of the one before ("billion laughs")."""
    rest = b"".join(b'<!ENTITY a%d "%b">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 20))
    return DOCTYPE % (b'<!ENTITY a0 "ha">' + rest, b"&a19;")


ATTACKS = {
    "entities in entities": (nested_entities, HAS_TYPE),
    "one long entity, many times": (
        lambda: DOCTYPE % (b'<!ENTITY a "%b">' % (b"a" * 100_000), b"&a;" * 100_000),
        HAS_TYPE,
    ),
    "a file of the server": (
        lambda: DOCTYPE % (b'<!ENTITY a SYSTEM "file:///etc/passwd">', b"&a;"),
        HAS_TYPE,
    ),
    "another server": (
        lambda: DOCTYPE % (b'<!ENTITY %% a SYSTEM "http://127.0.0.1:1/x"> %%a;', b""),
        HAS_TYPE,
    ),
    "a type in UTF-16": (lambda: nested_entities().decode().encode("utf-16"), HAS_TYPE),
    "an inclusion": (
        lambda: b'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>',
        "begins with &lt;include&gt;",
    ),
    "elements in elements": (lambda: filled(HEAD, b"<g>"), "within each other"),
    "many elements": (lambda: filled(HEAD + b'<trans-unit id="x">', b"<g/>"), "too many elements"),
    "many units": (lambda: filled(HEAD, b"<trans-unit/>"), TOO_MANY),
    "a long attribute": (lambda: filled(HEAD + b'<g x="', b"a"), "XML is broken"),
    "many attributes": (
        lambda: HEAD + b"<g " + b" ".join(b'a%d=""' % n for n in range(500_000)) + b">",
        "XML is broken",
    ),
    "a workbook": (workbook, "packed file"),
    "a way out of its folder": (lambda: workbook("../../../etc/cron.d/x", 10), "packed file"),
    "a packed file": (lambda: gzip.compress(b"0" * MAX_BYTES), "packed file"),
    "no such encoding": (lambda: b'<?xml version="1.0" encoding="rot13"?><xliff/>', "encoding"),
    "UTF-7": (lambda: b'<?xml version="1.0" encoding="utf-7"?>+ADw-xliff+AD4-', "unknown encoding"),
    "broken UTF-8": (lambda: PO + b'msgid "\xed\xa0\x80\xc0\xaf"\n', "not in UTF-8"),
    "UTF-16 without a mark": (lambda: PO.decode().encode("utf-16-be"), "no proper PO file"),
    "many messages": (lambda: filled(PO, b'msgid "a"\nmsgstr ""\n\n'), TOO_MANY),
    "many former messages": (lambda: filled(PO, b'#~ msgid "a"\n#~ msgstr ""\n\n'), TOO_MANY),
    "a message without an end": (lambda: filled(PO + b'msgid "', b"a"), "too long"),
    "a message of many lines": (lambda: filled(PO + b'msgid ""\n', b'"a"\n'), "too long"),
    "the name of a file": (lambda: b"../../../../etc/passwd", "no proper PO file"),
    "zeros": (lambda: b"\0" * MAX_BYTES, "PO file|too long"),
    "one byte too many": (lambda: b"a" * (MAX_BYTES + 1), "larger than 20 MB"),
}
TABLES = {
    "many rows": (lambda: filled(b"slug,kind\n", b"a,b\n"), TOO_MANY),
    "many columns": (lambda: filled(b"slug", b",a"), "slug"),
    "a long cell": (lambda: filled(b"slug\n", b"a"), "table is broken"),
    "a quotation without an end": (lambda: filled(b'slug\n"', b"a\n"), TOO_MANY),
    "many empty rows": (lambda: filled(b"slug\n", b"\n"), TOO_MANY),
    "a workbook": (workbook, "packed file"),
    "entities": (lambda: nested_entities().replace(b"xliff", b"martif"), HAS_TYPE),
    "many entries": (lambda: filled(b"<martif><text><body>", b"<termEntry/>"), TOO_MANY),
}


class Limits:
    """Asserts that a block takes less than MAX_SECONDS and MAX_MEGABYTES beyond the peak before."""

    def __enter__(self):
        self.started, self.memory = process_time(), peak_memory()

    def __exit__(self, *exception):
        seconds, megabytes = process_time() - self.started, peak_memory() - self.memory
        print(f"{seconds:.2f} s, {megabytes:.0f} MB")
        assert seconds < MAX_SECONDS
        assert megabytes < MAX_MEGABYTES


def peak_memory():
    """Return the peak memory of this process in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("name", ATTACKS)
def test_file_is_refused_on_its_page(admin_client, name):
    make, sentence = ATTACKS[name]
    make_objective(make_goal(number=1))
    before = stored_content()
    file = SimpleUploadedFile("../../../../tmp/\u202efdp.po", make())

    with Limits():
        page = address("translations_translationstate_exchange", language="en")
        response = admin_client.post(page, {"file": file})

    html = response.content.decode()
    problem = html.partition('role="alert"')[2].partition("</p>")[0]
    assert response.status_code == 200
    assert any(part in problem for part in sentence.split("|")), problem
    assert "root:" not in html
    assert stored_content() == before


@pytest.mark.parametrize("name", TABLES)
def test_file_of_a_glossary_is_refused(tmp_path, name):
    make, sentence = TABLES[name]
    path = tmp_path / "glossary.csv"
    path.write_bytes(make())

    with Limits(), pytest.raises(CommandError, match=f"Nothing was written. .*{sentence}"):
        call_command("import_glossary", path, apply=True)


def test_refusal_is_in_arabic_too(admin_client):
    page = address("translations_translationstate_exchange", language="ar")
    for make, _sentence in (ATTACKS["a workbook"], ATTACKS["entities in entities"]):
        html = admin_client.post(page, {"file": SimpleUploadedFile("x", make())}).content.decode()
        problem = html.partition('role="alert"')[2].partition("</p>")[0]
        assert "الملف" in problem


def test_carried_file_is_not_unpacked_beyond_its_size(admin_client):
    bomb = zlib.compress(b"\0" * 100_000_000, 9)
    page = address("translations_translationstate_exchange", language="en")
    with Limits():
        response = admin_client.post(page, {"carried": base64.b64encode(bomb).decode()})

    assert "larger than 20 MB" in response.content.decode()


def test_large_files_that_are_taken_are_read_in_bounds():
    make_objective(make_goal(number=1))
    unit = b'<trans-unit id="a%d"><source>a</source><target>b</target></trans-unit>'
    units = HEAD + b"".join(unit % n for n in range(10_000)) + b"</body></file></xliff>"
    messages = PO + b"".join(b'msgctxt "a%d"\nmsgid "a"\nmsgstr "b"\n\n' % n for n in range(10_000))
    table = b"slug,kind\n" + b"".join(b"a%d,b\n" % n for n in range(10_000))
    with Limits():
        assert len(plan(read(units)).refused) == 10_000
        assert len(plan(read(messages)).refused) == 10_000
        assert len(read_glossary(table)) == 10_000


def test_text_that_is_too_long_is_not_looked_into():
    make_objective(make_goal(number=1), text_en="Text")
    long = b"a" * 190_000
    with Limits():
        for form in ("po", "xliff"):
            (step,) = plan(read(export_file(form).replace(b"Text", long))).refused
            assert "20000 characters at most" in step.result.reason
            assert len(step.diff) > 0
