"""Pseudo-translations, and the list of where each text is shown."""

import csv
import re
from gettext import GNUTranslations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from portal.catalogues import LOCALE, PLACEHOLDER, TAG, read, texts, variants
from portal.pseudo import pseudo, pseudo_catalogue
from tests.conftest import once

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site, once]

ARABIC = LOCALE / "ar" / "LC_MESSAGES" / "django.po"


def test_pseudo_text_is_longer_bracketed_and_of_its_direction():
    english, arabic = pseudo("Show all results"), pseudo("Show all results", "rtl")

    assert english.startswith("⟦Šħóŵ áłł řéšúłŧš ")
    assert english.endswith("⟧")
    assert len(english) >= 1.4 * len("Show all results")
    assert re.fullmatch("⟦[\u0600-\u06ff ~]+⟧", arabic)
    assert len(arabic) >= 1.4 * len("Show all results")


@pytest.mark.parametrize("to", ["ltr", "rtl"])
@pytest.mark.parametrize(
    "kept", ["%(code)s", "%s", "100%%", '<bdi class="code">', "</a>", "&nbsp;", "https://a.org/b"]
)
def test_what_is_no_word_stays_whole(kept, to):
    text = pseudo(f"Open {kept} now", to)

    assert text.count(kept) == 1
    assert "Open" not in text
    assert "now" not in text


@pytest.mark.parametrize("language", ["ar", "en", "fr"])
def test_pseudo_catalogue_has_every_text_with_its_placeholders_and_forms(language):
    made = texts(pseudo_catalogue(ARABIC, language))

    assert len(made) == len(texts(read(ARABIC)))
    for message in made:
        for form in variants(message.string):
            assert form.startswith("⟦")
            assert [*PLACEHOLDER.findall(form), *TAG.findall(form)] in [
                [*PLACEHOLDER.findall(text), *TAG.findall(text)] for text in variants(message.id)
            ]


def test_pseudo_catalogues_are_written_for_each_language_and_built(tmp_path):
    call_command("pseudo_messages", tmp_path, verbosity=0)

    found = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.mo"))
    assert found == [
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
def listed(content, tmp_path_factory):
    """The list as a table: text → row."""
    file = tmp_path_factory.mktemp("list") / "messages.csv"
    call_command("messages_in_context", file, verbosity=0)
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return {row["text"]: row for row in csv.DictReader(rows)}


def test_list_says_where_each_text_is_shown(listed):
    assert len(listed) > 500
    heading = listed["Nothing here has these words with this filter."]
    assert heading["shown"] == "not met on an example page"
    assert heading["sources"].startswith("templates/portal/search.html:")

    letters = listed["Letters"]
    assert letters["translation"] == "الحروف"
    assert (letters["shown"], letters["pages"]) == ("readers", "/ar/glossary/")
    assert letters["sources"].startswith("templates/library/term_list.html:")
    assert listed["kind of record"]["shown"] == "administration"
    assert listed["Global Policing Goals"]["shown"] in {"readers", "both"}
    assert "line [one of them]" in listed


def test_list_leaves_no_trace_and_is_made_as_a_page_too(listed, tmp_path):
    call_command("messages_in_context", tmp_path / "list.html", "--language", "en", verbosity=0)

    html = (tmp_path / "list.html").read_text(encoding="utf-8")
    assert html.count("<tr>") == len(listed) + 1
    assert '<td lang="en" dir="ltr">' in html
    assert not User.objects.exists()
    with pytest.raises(CommandError, match=r"\.html or \.csv"):
        call_command("messages_in_context", tmp_path / "list.pdf")
