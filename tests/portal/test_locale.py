"""The message catalogues: their translations, check_messages and makemessages."""

import re
import shutil
from datetime import date
from gettext import GNUTranslations

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation
from django.utils.formats import date_format

from portal.catalogues import (
    LOCALE,
    catalogue_files,
    catalogue_problems,
    extract_messages,
    extraction_problems,
    messages,
    read_catalogue,
)
from portal.extra_messages import ADMIN, MONTHS

FILES = catalogue_files([LOCALE])
ARABIC = LOCALE / "ar" / "LC_MESSAGES" / "django.po"
names = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


@names
def test_every_translation_keeps_the_rules(file):
    assert messages(read_catalogue(file))
    assert list(catalogue_problems(file)) == []


@names
def test_counted_texts_have_the_six_arabic_forms(file):
    counted = [message for message in messages(read_catalogue(file)) if message.pluralizable]

    assert read_catalogue(file).num_plurals == 6
    assert counted
    assert all(len(message.string) == 6 for message in counted)


@names
def test_built_catalogue_says_what_the_source_says(file):
    with file.with_suffix(".mo").open("rb") as built_file:
        built = GNUTranslations(built_file)

    for message in messages(read_catalogue(file)):
        if message.pluralizable:
            # One count for each of the six forms.
            forms = [built.ngettext(*message.id, count) for count in (0, 1, 2, 3, 11, 100)]
            assert forms == list(message.string)
        elif message.context:
            assert built.pgettext(message.context, message.id) == message.string
        else:
            assert built.gettext(message.id) == message.string


def test_catalogue_holds_every_text_of_code_and_templates_and_no_other():
    assert len(extract_messages()) > 500
    assert list(extraction_problems(ARABIC)) == []


def test_texts_of_django_without_arabic_are_listed():
    with translation.override("ar"):
        arabic = [str(text) for text in MONTHS]
        assert date_format(date(2023, 10, 16)) == "16 تشرين الأول/أكتوبر 2023"

    assert arabic[4] == "أيار/مايو"
    assert len(MONTHS) == 12
    assert len(ADMIN) > 10


HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
"n%100>=11 && n%100<=99 ? 4 : 5;\\n"

"""
COUNTED = 'msgid "%(n)d goal"\nmsgid_plural "%(n)d goals"\n'


@pytest.fixture
def po_file(tmp_path):
    """Write an Arabic .po file like those that translators send."""

    def write(text, header=HEADER):
        file = tmp_path / "ar" / "LC_MESSAGES" / "django.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(header + text, encoding="utf-8")
        return file

    return write


def forms(*texts):
    return COUNTED + "".join(f'msgstr[{number}] "{text}"\n' for number, text in enumerate(texts))


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        ('msgid "Goal"\nmsgstr ""', "is not translated."),
        ('#, fuzzy\nmsgid "Goal"\nmsgstr "هدف"', "is marked as doubtful"),
        ('msgid "Goal %(n)s"\nmsgstr "هدف"', "has lost %(n)s"),
        ('msgid "Goal %(n)s"\nmsgstr "هدف %(n)s %(m)s"', "has %(m)s in its translation"),
        ('msgid "The <bdi>goal</bdi>"\nmsgstr "<bdi>هدف<bdi>"', "has other tags"),
        ('msgid "Goal"\nmsgstr "هـدف"', "has U+0640"),
        ('msgid "Goal"\nmsgstr "هدف ٣"', "has U+0663"),
        ('msgid "Goal"\nmsgstr "هدف\u200f"', "has U+200F"),
        ('msgid "Goal?"\nmsgstr "هدف?"', "has a Latin comma, semicolon or question mark"),
        (forms("لا", "واحد", "اثنان", "%(n)d", "%(n)d", ""), "is not translated, in the forms 5."),
        (forms("لا", "واحد", "اثنان", "%(n)d"), "is not translated, in the forms 4, 5."),
        (forms("لا", "واحد", "اثنان", "%(n)d", "%(n)d", "%(m)d"), "has %(m)d in its translation"),
    ],
)
def test_each_fault_is_found_and_named_with_its_line(po_file, entry, sentence):
    file = po_file(entry)

    (problem,) = catalogue_problems(file)

    assert sentence in str(problem)
    assert problem.line in {7, 8}
    assert problem.text.startswith(("Goal", "The", "%(n)d goal"))


def test_good_translations_have_no_fault(po_file):
    counted = forms("لا أهداف", "هدف واحد", "هدفان", "%(n)d أهداف", "%(n)d هدفا", "%(n)d هدف")
    file = po_file(counted + '\nmsgid "A %(n)s, <b>B</b>"\nmsgstr "<b>ب</b>، %(n)s"')

    assert list(catalogue_problems(file)) == []


def test_files_that_are_broken_or_lack_plural_forms_are_reported(po_file):
    header = HEADER.replace("=6; plural=", "=2; plural=n!=1; #")

    (broken,) = catalogue_problems(po_file('msgid "Goal\nmsgstr "هدف"'))
    (two_forms,) = catalogue_problems(po_file('msgid "Goal"\nmsgstr "هدف"', header=header))

    assert "is no valid .po file" in str(broken)
    assert "has 2 plural forms; this language needs 6." in str(two_forms)


def test_command_checks_the_file_that_it_is_given(po_file, capsys):
    file = po_file('msgid "Goal"\nmsgstr "هدف"')
    call_command("check_messages", file)
    assert "1 texts, nothing is wrong." in capsys.readouterr().out

    with pytest.raises(CommandError, match=r"Problems found: 1\n.*django.po:7: “Goal” is not"):
        call_command("check_messages", po_file('msgid "Goal"\nmsgstr ""'))


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with one file of code, in which makemessages runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [])
    (tmp_path / "locale").mkdir()
    (tmp_path / "code.py").write_text("")
    return tmp_path


def update(folder, *texts):
    """Write code with these texts, run makemessages, and return the .po file."""
    (folder / "code.py").write_text("".join(f"_({text!r})\n" for text in texts))
    call_command("makemessages", locale=["ar"], verbosity=0)
    return folder / "locale" / "ar" / "LC_MESSAGES" / "django.po"


LONG = (
    "A sentence that is longer than a line of a file of messages may be, so that every editor and "
    "every tool that writes such files breaks it at a place of its own."
)
needs_gettext = pytest.mark.skipif(not shutil.which("xgettext"), reason="It needs GNU gettext.")


def translate(file, text, arabic):
    content = file.read_text(encoding="utf-8")
    entry = f'msgid "{text}"\nmsgstr ""'
    assert entry in content
    file.write_text(content.replace(entry, f'msgid "{text}"\nmsgstr "{arabic}"'), encoding="utf-8")


@needs_gettext
def test_work_of_translators_outlives_changes_of_the_texts(project):
    file = update(project, "Open the library", "Nothing was found here.", "Goals")
    for text, arabic in [
        ("Open the library", "أ"),
        ("Nothing was found here.", "ب"),
        ("Goals", "ج"),
    ]:
        translate(file, text, arabic)

    file = update(project, "Goals", "Nothing was found here!")

    with file.open("rb") as content:
        catalogue = read_po(content, locale="ar")
    assert catalogue.get("Goals").string == "ج"
    changed = catalogue.get("Nothing was found here!")
    assert (changed.string, changed.fuzzy) == ("ب", True)
    assert '#| msgid "Nothing was found here."' in file.read_text(encoding="utf-8")
    assert catalogue.obsolete["Open the library"].string == "أ"

    file = update(project, "Goals", "Nothing was found here!", "Open the library")
    with file.open("rb") as content:
        assert read_po(content, locale="ar").get("Open the library").string == "أ"


@needs_gettext
def test_files_do_not_change_where_no_text_has(project):
    file = update(project, LONG, "Goals")
    translate(file, "Goals", "أهداف")
    before = file.read_text(encoding="utf-8")

    assert update(project, LONG, "Goals").read_text(encoding="utf-8") == before

    # If an editor wrote the file without line breaks, the next new text restores them.
    before = re.sub(r".*POT-Creation.*\n", "", update(project, LONG, "Goals", "Themes").read_text())
    start = before.index('msgid ""\n"A sentence')
    unwrapped = before[:start] + before[start:].replace('"\n"', "")
    assert unwrapped != before
    file.write_text(unwrapped, encoding="utf-8")
    after = update(project, LONG, "Goals", "Themes", "Rounds").read_text(encoding="utf-8")
    after = re.sub(r".*POT-Creation.*\n", "", after)
    assert after == before + '\nmsgid "Rounds"\nmsgstr ""\n'
