"""Whatever is wrong with an exchange file is named, and nothing of the file is written."""

import os
import re
from functools import partial

import polib
import pytest
from django.core.management import CommandError, call_command

from goals.models import Goal, Objective
from history.models import Revision
from tests.exchange import everything, exported
from tests.factories import make_goal, make_objective
from translations.exchange.importing import plan
from translations.exchange.reading import MAX_BYTES, limited, read

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


def key(number):
    return f"goals.objective/GPG 1.{number}/text/en"


def translated(old, new):
    """A fault: what stands in a translation is another thing."""

    def change(file, entry):
        entry.msgstr = entry.msgstr.replace(old, new) if old else new

    return change


def stored(**values):
    """A fault: the portal has another text than when the file was made."""

    def change(file, entry):
        entry.msgstr = f"New {entry.msgstr}"
        Objective.objects.filter(text_ar=entry.msgid).update(**values)

    return change


def set_to(name, value):
    """A fault: a part of a message is another one; the digest stands in the comment."""

    def change(file, entry):
        setattr(entry, name, value)

    return change


def repeated(file, entry):
    file.append(entry)


def unfinished(file, entry):
    entry.msgstr, entry.flags = f"New {entry.msgstr}", ["fuzzy"]


def deleted(file, entry):
    Objective.objects.get(text_ar=entry.msgid).delete()


def plural(file, entry):
    entry.msgid_plural, entry.msgstr_plural = "texts", {0: "one", 1: "two"}


def garbled(file, entry):
    entry.comment = re.sub("digest: .", "digest: x", entry.comment)


FAULTS = [
    (stored(text_ar="Moved"), "source has been changed since"),
    (stored(text_en="Else"), "has another translation since"),
    (set_to("msgid", "مصدر آخر"), "only translations may be changed"),
    (set_to("comment", ""), "digest of the source is missing"),
    (garbled, "digest of the source is missing"),
    (repeated, "more than once: lines"),
    (translated("", "نص باللغة الأخرى في الملف"), "not written in “en”"),
    (translated("{name}", "name"), "lacks {name}"),
    (translated("%(count)s", "count"), "lacks %(count)s"),
    (translated("https://example.org/a", "the page"), "lacks https://example.org/a"),
    (translated("a@example.org", "mail"), "lacks a@example.org"),
    (translated("Text", "Text {more}"), "has {more}"),
    (translated("", ""), "translation is empty"),
    (unfinished, "unfinished"),
    (deleted, "no such text"),
    (plural, "no plural forms"),
    (set_to("msgctxt", "goals.objective/GPG 1.99/text/en"), "no such text"),
    (set_to("msgctxt", "accounts.user/1/password/en"), "no such text"),
    (set_to("msgctxt", "goals.goal/GPG 1/slug/en"), "no such text"),
    (set_to("msgctxt", "library.document/1/title/en"), "no such text"),
    (set_to("msgctxt", "goals.objective/GPG 1.1/text/ar"), "the text is the one in “ar”"),
    (set_to("msgctxt", None), "context is missing"),
]


def with_faults():
    """A file with every fault in a text of its own, and the keys that they are named by."""
    file = polib.pofile(exported().decode())
    of_keys = {entry.msgctxt: entry for entry in file}
    found = []
    for number, (change, sentence) in enumerate(FAULTS, 2):
        entry = of_keys[key(number)]
        change(file, entry)
        found.append((entry.msgctxt or "", sentence))
    of_keys["goals.goal/GPG 1/title/en"].msgstr = "x" * 300
    found.append(("goals.goal/GPG 1/title/en", "at most 250"))
    of_keys[key(NUMBER)].msgstr += ", which is right"
    return str(file).encode(), found


def test_each_fault_of_a_file_is_named_and_nothing_written(goal, tmp_path, capsys):
    path = tmp_path / "file.po"
    data, expected = with_faults()
    path.write_bytes(data)
    before, number = everything(), Revision.objects.count()

    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_translations", path, apply=True)

    assert (everything(), Revision.objects.count()) == (before, number)
    said = capsys.readouterr().out.splitlines()
    refused = [line for line in said if "refused. " in line]
    for name, sentence in expected:
        assert [line for line in refused if f", {name}: refused" in line and sentence in line]
    repeats = 1
    assert len(refused) == len(expected) + repeats
    (step,) = plan(read(data)).written
    assert step.key == key(NUMBER)


BOMB = b"".join(
    [
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">',
        *(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 20)),
        b"]><x>&a19;</x>",
    ]
)
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xliff>&a;</xliff>'
HEAD = b'msgid ""\nmsgstr "Language: en\\n"\n\n'
UNIT = b"</trans-unit>"


def replaced(old, new, form="xliff"):
    """A file in which something stands that the export has not."""
    data = exported(form)
    assert old in data
    return data.replace(old, new, 1)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (BOMB, "document type or entities"),
        (OUTSIDE, "document type or entities"),
        (partial(replaced, UNIT, b""), r"XML is broken in line \d+: mismatched tag"),
        (partial(replaced, b"</xliff>", b""), "XML is broken"),
        (partial(replaced, b"<source>", b"<source>&nbsp;"), "undefined entity"),
        (partial(replaced, b"<source>", b"<source>\x00"), "not well-formed"),
        (partial(replaced, b"UTF-8", b"no-such"), "unknown encoding"),
        (partial(replaced, b' target-language="en"', b""), "which language"),
        (partial(replaced, b'"en"', b'"xx"'), "no language of the portal"),
        (b"<html></html>", "begins with <html>"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0"/>', "another kind of <xliff>"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2"/>', "no texts"),
        (b'<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2">' + b"<g>" * 200, "too many"),
        (b"", "empty"),
        (b" \n", "empty"),
        (b"PK\x03\x04\xff", "packed file"),
        (b"/etc/passwd", "no proper PO file"),
        (partial(replaced, b"msgctxt", b"msgtext", form="po"), r"no proper PO file: \(line \d+"),
        (partial(replaced, b'"Language: en', b'"X-Language: en', form="po"), "which language"),
        (
            partial(replaced, b"Language: en", b"Language: fr", form="po"),
            "no language of the portal",
        ),
        (HEAD, "no texts"),
        (HEAD + b'msgid "a"\n' + b'"b"\n' * 3000, "too long"),
        (HEAD + b'msgid "a"\nmsgstr ""\n\n' * 50_001, "more than 50000 texts"),
    ],
)
def test_file_that_cannot_be_read_is_named(data, sentence, tmp_path):
    make_objective(make_goal(number=1))
    path = tmp_path / "file"
    path.write_bytes(data() if callable(data) else data)
    before = everything()

    with pytest.raises(CommandError, match=f"Nothing was written. .*{sentence}") as refused:
        call_command("import_translations", path, apply=True)

    assert "root:" not in str(refused.value)
    assert everything() == before


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b"Text", b"Text <x id='1'/>", "mark-up <x>"),
        (UNIT, b"<target>Two</target></trans-unit>", "several elements <target>"),
        (b'source-language="ar"', b'source-language="fr"', "translated from “fr”"),
        (b'target-language="en"', b'target-language="ar"', "The file is in “ar”"),
        (b'extradata="', b'extradata="0', "digest of the source is missing"),
        (b'state="translated">Text', b'state="needs-translation">Other', "unfinished"),
    ],
)
def test_faults_of_xliff_are_named(old, new, sentence, tmp_path, capsys):
    objective = make_objective(make_goal(number=1), text_ar="نص", text_en="Text")
    path = tmp_path / "file.xlf"
    path.write_bytes(replaced(old, new))
    if old == UNIT or b"extradata" in old:
        sentence = f"GPG.*refused.*{sentence}"
    before = everything()

    with pytest.raises(CommandError):
        call_command("import_translations", path, apply=True)

    assert re.search(sentence, capsys.readouterr().out)
    assert everything() == before
    assert objective.text_en == "Text"


def test_segments_of_a_tool_are_read_as_one_text():
    make_objective(make_goal(number=1), text_ar="نص", text_en="Text")
    data = replaced(b">Text<", b'><mrk mtype="seg">One.</mrk> <mrk mtype="seg">Two.</mrk><')

    assert [step.verdict.text for step in plan(read(data)).written] == ["One. Two."]


def test_large_file_is_refused_unread(tmp_path):
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
        limited(Endless())


def test_unknown_author_is_said(tmp_path):
    make_goal()
    path = tmp_path / "file.po"
    path.write_bytes(exported())
    with pytest.raises(CommandError, match="no account “nobody”"):
        call_command("import_translations", path, apply=True, author="nobody")
    assert Goal.objects.count() == 1
