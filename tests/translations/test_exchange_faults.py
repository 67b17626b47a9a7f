"""Each fault of an exchange file is reported, and nothing of the file is written."""

import os
import re
from functools import partial

import polib
import pytest
from django.core.management import CommandError, call_command

from goals.models import Goal, Objective
from history.models import Revision
from tests.exchange import export_file, stored_content
from tests.factories import make_goal, make_objective
from translations.exchange.importing import plan
from translations.exchange.reading import MAX_BYTES, read, read_limited

pytestmark = pytest.mark.django_db

SOURCE = "نص {name} و%(count)s في https://example.org/a و a@example.org رقم "
TEXT = "Text {name} and %(count)s at https://example.org/a and a@example.org number "
NUMBER = 30


@pytest.fixture
def goal():
    goal = make_goal(number=1, title_ar="عنوان", title_en="Title")
    for number in range(1, NUMBER + 1):
        make_objective(goal, number=number, text_ar=f"{SOURCE}{number}", text_en=f"{TEXT}{number}")
    return goal


def unit_key(number):
    return f"goals.objective/GPG 1.{number}/text/en"


def translation_with(old, new):
    """A fault: a part of the translation is replaced, or all of it where `old` is empty."""

    def change(file, message):
        message.msgstr = message.msgstr.replace(old, new) if old else new

    return change


def change_in_portal(**values):
    """A fault: a text of the portal has changed since the export."""

    def change(file, message):
        message.msgstr = f"New {message.msgstr}"
        Objective.objects.filter(text_ar=message.msgid).update(**values)

    return change


def message_with(name, value):
    """A fault: an attribute of the message has another value. The comment has the digests."""

    def change(file, message):
        setattr(message, name, value)

    return change


def repeated(file, message):
    file.append(message)


def unfinished(file, message):
    message.msgstr, message.flags = f"New {message.msgstr}", ["fuzzy"]


def deleted(file, message):
    Objective.objects.get(text_ar=message.msgid).delete()


def plural(file, message):
    message.msgid_plural, message.msgstr_plural = "texts", {0: "one", 1: "two"}


def garbled(file, message):
    message.comment = re.sub("digest: .", "digest: x", message.comment)


FAULTS = [
    (change_in_portal(text_ar="Moved"), "source has been changed since"),
    (change_in_portal(text_en="Else"), "has another translation since"),
    (message_with("msgid", "مصدر آخر"), "only translations may be changed"),
    (message_with("comment", ""), "digest of the source is missing"),
    (garbled, "digest of the source is missing"),
    (repeated, "more than once: lines"),
    (translation_with("", "نص باللغة الأخرى في الملف"), "not written in “en”"),
    (translation_with("{name}", "name"), "lacks {name}"),
    (translation_with("%(count)s", "count"), "lacks %(count)s"),
    (translation_with("https://example.org/a", "the page"), "lacks https://example.org/a"),
    (translation_with("a@example.org", "mail"), "lacks a@example.org"),
    (translation_with("Text", "Text {more}"), "has {more}"),
    (translation_with("", ""), "translation is empty"),
    (unfinished, "unfinished"),
    (deleted, "no such text"),
    (plural, "no plural forms"),
    (message_with("msgctxt", "goals.objective/GPG 1.99/text/en"), "no such text"),
    (message_with("msgctxt", "accounts.user/1/password/en"), "no such text"),
    (message_with("msgctxt", "goals.goal/GPG 1/slug/en"), "no such text"),
    (message_with("msgctxt", "library.document/1/title/en"), "no such text"),
    (message_with("msgctxt", "goals.objective/GPG 1.1/text/ar"), "the text is the one in “ar”"),
    (message_with("msgctxt", None), "context is missing"),
]


def with_faults():
    """Return a file with each fault in a message of its own, and [(key, message of the fault)].

    One translation is new and right.
    """
    file = polib.pofile(export_file().decode())
    message_by_key = {message.msgctxt: message for message in file}
    expected = []
    for number, (change, sentence) in enumerate(FAULTS, 2):
        message = message_by_key[unit_key(number)]
        change(file, message)
        expected.append((message.msgctxt or "", sentence))
    message_by_key["goals.goal/GPG 1/title/en"].msgstr = "x" * 300
    expected.append(("goals.goal/GPG 1/title/en", "at most 250"))
    message_by_key[unit_key(NUMBER)].msgstr += ", which is right"
    return str(file).encode(), expected


def test_each_fault_of_a_file_is_named_and_nothing_written(goal, tmp_path, capsys):
    path = tmp_path / "file.po"
    data, expected = with_faults()
    path.write_bytes(data)
    before, number = stored_content(), Revision.objects.count()

    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_translations", path, apply=True)

    assert (stored_content(), Revision.objects.count()) == (before, number)
    output = capsys.readouterr().out.splitlines()
    refused = [line for line in output if "refused. " in line]
    for name, sentence in expected:
        assert [line for line in refused if f", {name}: refused" in line and sentence in line]
    repeats = 1
    assert len(refused) == len(expected) + repeats
    (step,) = plan(read(data)).to_write
    assert step.key == unit_key(NUMBER)


BOMB = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">',
        *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 20)),
        b"]><x>&a19;</x>",
    ]
)
EXTERNAL_ENTITY = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xliff>&a;</xliff>'
PO_HEADER = b'msgid ""\nmsgstr "Language: en\\n"\n\n'
UNIT_END = b"</trans-unit>"


def damaged_file(old, new, file_format="xliff"):
    """Return an exported file with the first occurrence of some bytes replaced."""
    data = export_file(file_format)
    assert old in data
    return data.replace(old, new, 1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (BOMB, "document type or entities"),
        (EXTERNAL_ENTITY, "document type or entities"),
        (partial(damaged_file, UNIT_END, b""), r"XML is broken in line \d+: mismatched tag"),
        (partial(damaged_file, b"</xliff>", b""), "XML is broken"),
        (partial(damaged_file, b"<source>", b"<source>&nbsp;"), "undefined entity"),
        (partial(damaged_file, b"<source>", b"<source>\x00"), "not well-formed"),
        (partial(damaged_file, b"UTF-8", b"no-such"), "unknown encoding"),
        (partial(damaged_file, b' target-language="en"', b""), "which language"),
        (partial(damaged_file, b'"en"', b'"xx"'), "no language of the portal"),
        (b"<html></html>", "begins with <html>"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0"/>', "another kind of <xliff>"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2"/>', "no texts"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2">' + b"<g>" * 200, "too many"),
        (b"", "empty"),
        (b" \n", "empty"),
        (b"PK\x03\x04\xff", "packed file"),
        (b"/etc/passwd", "no proper PO file"),
        (
            partial(damaged_file, b"msgctxt", b"msgtext", file_format="po"),
            r"no proper PO file: \(line \d+",
        ),
        (
            partial(damaged_file, b'"Language: en', b'"X-Language: en', file_format="po"),
            "which language",
        ),
        (
            partial(damaged_file, b"Language: en", b"Language: fr", file_format="po"),
            "no language of the portal",
        ),
        (PO_HEADER, "no texts"),
        (PO_HEADER + b'msgid "a"\n' + b'"b"\n' * 3000, "too long"),
        (PO_HEADER + b'msgid "a"\nmsgstr ""\n\n' * 50_001, "more than 50000 texts"),
    ],
)
def test_unreadable_file_is_refused_with_the_reason(data, sentence, tmp_path):
    make_objective(make_goal(number=1))
    path = tmp_path / "file"
    path.write_bytes(data() if callable(data) else data)
    before = stored_content()

    with pytest.raises(CommandError, match=f"Nothing was written. .*{sentence}") as refused:
        call_command("import_translations", path, apply=True)

    assert "root:" not in str(refused.value)
    assert stored_content() == before


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b"Text", b"Text <x id='1'/>", "mark-up <x>"),
        (UNIT_END, b"<target>Two</target></trans-unit>", "several elements <target>"),
        (b'source-language="ar"', b'source-language="fr"', "translated from “fr”"),
        (b'target-language="en"', b'target-language="ar"', "The file is in “ar”"),
        (b'extradata="', b'extradata="0', "digest of the source is missing"),
        (b'state="translated">Text', b'state="needs-translation">Other', "unfinished"),
    ],
)
def test_faults_of_xliff_are_reported(old, new, sentence, tmp_path, capsys):
    objective = make_objective(make_goal(number=1), text_ar="نص", text_en="Text")
    path = tmp_path / "file.xlf"
    path.write_bytes(damaged_file(old, new))
    if old == UNIT_END or b"extradata" in old:
        sentence = f"GPG.*refused.*{sentence}"
    before = stored_content()

    with pytest.raises(CommandError):
        call_command("import_translations", path, apply=True)

    assert re.search(sentence, capsys.readouterr().out)
    assert stored_content() == before
    assert objective.text_en == "Text"


def test_segments_of_a_tool_are_read_as_one_text():
    make_objective(make_goal(number=1), text_ar="نص", text_en="Text")
    data = damaged_file(b">Text<", b'><mrk mtype="seg">One.</mrk> <mrk mtype="seg">Two.</mrk><')

    assert [step.result.text for step in plan(read(data)).to_write] == ["One. Two."]


def test_large_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "file.po"
    path.touch()
    os.truncate(path, 50 * 1024 * 1024)
    with pytest.raises(CommandError, match="larger than 20 MB"):
        call_command("import_translations", path, apply=True)

    class Endless:
        def read(self, size):
            assert size == MAX_BYTES + 1
            return b"x" * size

    with pytest.raises(Exception, match="larger than 20 MB"):
        read_limited(Endless())


def test_unknown_author_is_refused(tmp_path):
    make_goal()
    path = tmp_path / "file.po"
    path.write_bytes(export_file())
    with pytest.raises(CommandError, match="no account “nobody”"):
        call_command("import_translations", path, apply=True, author="nobody")
    assert Goal.objects.count() == 1
