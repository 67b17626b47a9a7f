"""The translation dashboard: keyboard shortcuts, terms that a click inserts, drafts."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import DARK, NARROW, WIDE, barriers_in
from tests.browser.conftest import signed_in

OBJECTIVES = "model=goals.objective&page=GPG%207"


@pytest.fixture(scope="module")
def page(browser, portal):
    with signed_in(browser, portal) as page:
        yield page


def open_editor(page, portal, language="en"):
    # The objectives of a goal that no other test edits; each of their texts has terms.
    page.goto(f"{portal}/{language}/admin/translations/translationstate/?{OBJECTIVES}")
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_load_state()
    return page.locator("#text")


def test_terms_are_inserted_and_the_next_text_opens_by_keyboard(page, portal):
    text = open_editor(page, portal)
    expect(text).to_be_focused()
    first_url, before = page.url, text.input_value()
    term = page.locator("[data-insert]").first
    name = term.get_attribute("data-insert")

    page.keyboard.press("Control+End")
    page.keyboard.type(" ")
    term.click()
    assert text.input_value() == f"{before} {name}"
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: url != first_url)

    assert page.locator(".messagelist .success").count() == 1
    page.goto(first_url)
    assert page.locator("#text").input_value() == f"{before} {name}"


def test_draft_of_a_translation_is_offered_back(page, portal):
    text = open_editor(page, portal)
    text.fill("Typed and not saved")
    page.wait_for_timeout(600)
    page.reload()
    page.get_by_role("button", name="Put it back into the form").click()
    assert page.locator("#text").input_value() == "Typed and not saved"
    page.get_by_role("button", name="Save and stay").click()
    page.wait_for_load_state()
    assert page.locator("[data-draft]").is_hidden()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_editor_has_no_barrier(page, portal, language):
    open_editor(page, portal, language)
    address = page.url
    assert barriers_in(page, address, [DARK]) + barriers_in(page, address, [WIDE, NARROW]) == []
