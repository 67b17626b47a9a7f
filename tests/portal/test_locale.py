import io
import re
from datetime import date
from gettext import GNUTranslations
from itertools import chain

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation.template import templatize

from portal.words_of_django import ADMIN, MONTHS

FOLDER = settings.BASE_DIR / "locale" / "ar" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
FUNCTIONS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def catalogue(name):
    with (FOLDER / f"{name}.po").open("rb") as file:
        return read_po(file, locale="ar")


def texts(name):
    return [message for message in catalogue(name) if message.id]


def variants(value):
    return value if isinstance(value, list | tuple) else [value]


@pytest.mark.parametrize("name", ["django", "djangojs"])
def test_every_text_is_translated_and_none_is_doubtful(name):
    messages = texts(name)

    assert messages
    assert [message.id for message in messages if not all(variants(message.string))] == []
    assert [message.id for message in messages if message.fuzzy] == []


@pytest.mark.parametrize("name", ["django", "djangojs"])
def test_counted_texts_have_the_six_arabic_forms(name):
    counted = [message for message in texts(name) if message.pluralizable]

    assert catalogue(name).num_plurals == 6
    assert counted
    assert all(len(message.string) == 6 for message in counted)


@pytest.mark.parametrize("name", ["django", "djangojs"])
def test_translations_have_the_placeholders_of_their_text(name):
    for message in texts(name):
        wanted = set(chain.from_iterable(map(PLACEHOLDER.findall, variants(message.id))))
        for form in variants(message.string):
            found = set(PLACEHOLDER.findall(form))
            # «هدف واحد» and «هدفان» say the count in a word.
            assert found == wanted or (message.pluralizable and found < wanted), message.id


@pytest.mark.parametrize("name", ["django", "djangojs"])
def test_translations_are_written_as_arabic(name):
    for message in texts(name):
        for form in variants(message.string):
            assert not re.search("[\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069٠-٩]", form), form
            assert not re.search(r"[\u0621-\u064a][,;?]", form), form


@pytest.mark.parametrize("name", ["django", "djangojs"])
def test_built_catalogue_says_what_the_source_says(name):
    with (FOLDER / f"{name}.mo").open("rb") as file:
        built = GNUTranslations(file)

    for message in texts(name):
        if message.pluralizable:
            # One count for each of the six forms.
            found = [built.ngettext(*message.id, count) for count in (0, 1, 2, 3, 11, 100)]
            assert found == list(message.string)
        elif message.context:
            assert built.pgettext(message.context, message.id) == message.string
        else:
            assert built.gettext(message.id) == message.string


def extracted():
    """Return every text of code and templates that is marked for translation."""
    found = set()
    rooms = [app for app in settings.INSTALLED_APPS if "." not in app and app != "modeltranslation"]
    for path in chain.from_iterable((settings.BASE_DIR / room).rglob("*.py") for room in rooms):
        found |= read_texts(path.read_text(encoding="utf-8"))
    for path in (settings.BASE_DIR / "templates").rglob("*.html"):
        # Django's own way: the template as Python, all but its texts blanked out.
        code = templatize(path.read_text(encoding="utf-8"))
        found |= read_texts("\n".join(line.strip() for line in code.splitlines()))
    return found


def read_texts(code):
    rows = extract("python", io.BytesIO(code.encode()), keywords=FUNCTIONS)
    return {variants(message)[0] for _, message, _, _ in rows}


def test_catalogue_holds_every_text_of_code_and_templates():
    known = {variants(message.id)[0] for message in texts("django")}

    found = extracted()

    assert len(found) > 150
    assert found - known == set()


def test_catalogue_holds_nothing_that_is_not_used():
    known = {variants(message.id)[0] for message in texts("django")}

    assert known - extracted() == set()


def test_texts_of_django_without_arabic_are_listed():
    with translation.override("ar"):
        arabic = [str(text) for text in MONTHS]
        assert date_format(date(2023, 10, 16)) == "16 تشرين الأول/أكتوبر 2023"

    assert arabic[4] == "أيار/مايو"
    assert len(MONTHS) == 12
    assert len(ADMIN) > 10
