"""Pseudo-translations, and the list of the pages that show each message."""

import csv
import re
from gettext import GNUTranslations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from portal.catalogues import (
    LOCALE,
    PLACEHOLDER,
    TAG,
    messages,
    plural_forms,
    read_catalogue,
)
from portal.pseudo import pseudo_catalogue, pseudo_translate
from tests.conftest import sqlite_only

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site, sqlite_only]

ARABIC = LOCALE / "ar" / "LC_MESSAGES" / "django.po"


def test_pseudo_text_is_longer_bracketed_and_of_its_direction():
    text = "Show all results"
    english, arabic = pseudo_translate(text), pseudo_translate(text, "rtl")

    assert english.startswith("⟦Šħóŵ áłł řéšúłŧš ")
    assert english.endswith("⟧")
    assert len(english) >= 1.4 * len(text)
    assert re.fullmatch("⟦[\u0600-\u06ff ~]+⟧", arabic)
    assert len(arabic) >= 1.4 * len(text)


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize(
    "code", ["%(code)s", "%s", "100%%", '<bdi class="code">', "</a>", "&nbsp;", "https://a.org/b"]
)
def test_codes_and_tags_stay_whole(code, direction):
    text = pseudo_translate(f"Open {code} now", direction)

    assert text.count(code) == 1
    assert "Open" not in text
    assert "now" not in text


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_pseudo_catalogue_has_every_text_with_its_placeholders_and_forms(language):
    translated = messages(pseudo_catalogue(ARABIC, language))

    assert len(translated) == len(messages(read_catalogue(ARABIC)))
    for message in translated:
        for form in plural_forms(message.string):
            assert form.startswith("⟦")
            assert [*PLACEHOLDER.findall(form), *TAG.findall(form)] in [
                [*PLACEHOLDER.findall(text), *TAG.findall(text)]
                for text in plural_forms(message.id)
            ]


def test_pseudo_catalogues_are_written_for_each_language_and_built(tmp_path):
    call_command("pseudo_messages", tmp_path, verbosity=0)

    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.mo"))
    assert files == [
        f"{language}/LC_MESSAGES/{name}.mo"
        for language in ("ar", "en")
        for name in ("django", "djangojs")
    ]
    with (tmp_path / "ar" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        built = GNUTranslations(file)
    one, many = (built.ngettext("%(counter)s place", "%(counter)s places", n) for n in (1, 5))
    assert "%(counter)s" in one
    assert len(many) >= len(one)


@pytest.fixture(scope="module")
def row_by_text(content, tmp_path_factory):
    """The rows of the CSV file by their text."""
    file = tmp_path_factory.mktemp("list") / "messages.csv"
    call_command("messages_in_context", file, verbosity=0)
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return {row["text"]: row for row in csv.DictReader(rows)}


def test_list_says_where_each_text_is_shown(row_by_text):
    assert len(row_by_text) > 500
    heading = row_by_text["Nothing here has these words with this filter."]
    assert heading["shown"] == "not met on an example page"
    assert heading["sources"].startswith("templates/portal/search.html:")

    letters = row_by_text["Letters"]
    assert letters["translation"] == "الحروف"
    assert (letters["shown"], letters["pages"]) == ("readers", "/ar/glossary/")
    assert letters["sources"].startswith("templates/library/term_list.html:")
    assert row_by_text["kind of record"]["shown"] == "administration"
    assert row_by_text["Global Policing Goals"]["shown"] in {"readers", "both"}
    assert "line [one of them]" in row_by_text


def test_list_leaves_no_trace_and_is_made_as_a_page_too(row_by_text, tmp_path):
    call_command("messages_in_context", tmp_path / "list.html", "--language", "en", verbosity=0)

    html = (tmp_path / "list.html").read_text(encoding="utf-8")
    assert html.count("<tr>") == len(row_by_text) + 1
    assert '<td lang="en" dir="ltr">' in html
    assert not User.objects.exists()
    with pytest.raises(CommandError, match=r"\.html or \.csv"):
        call_command("messages_in_context", tmp_path / "list.pdf")
