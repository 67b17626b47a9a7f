"""The help pages."""

import re

import pytest

from languages.languages import language_codes
from portal.help import FOLDER, PAGES, help_page, link_address

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", PAGES)
def test_both_languages_have_the_same_sections(name):
    arabic, english = help_page(name, "ar"), help_page(name, "en")

    assert arabic.title != english.title
    assert [anchor for anchor, _ in arabic.sections] == [anchor for anchor, _ in english.sections]
    assert len(english.sections) >= 5


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_help_is_served_in_its_language(client, name, language):
    page = client.get(f"/{language}/help/{name}/").content.decode()

    assert f"<h1>{help_page(name, language).title}</h1>" in page
    assert page.count("<h1") == 1


def test_links_between_the_files_lead_to_pages():
    assert link_address("translators.en.md", "ar") == "/ar/help/translators/"
    assert link_address("/ar/brief/", "ar") == "/ar/brief/"


def test_unknown_help_is_not_found(client):
    assert client.get("/en/help/wizards/").status_code == 404


def test_files_write_numbers_and_arabic_as_the_portal_does():
    for language in language_codes():
        for name in PAGES:
            text = (FOLDER / f"{name}.{language}.md").read_text(encoding="utf-8")
            # Digits may be shown as an example of the setting.
            assert not re.search("[\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069]", text)
