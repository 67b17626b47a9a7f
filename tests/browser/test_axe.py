"""No kind of page has a barrier in any look, nor has what opens above a page."""

import pytest

from tests.browser.axe import DARK, NARROW, WIDE, barriers, barriers_in
from tests.browser.conftest import signed_in
from tests.browser.pages import KINDS


@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_kind_of_page_has_a_barrier(open_page, portal, language):
    page = open_page(f"/{language}/")
    found = [
        barrier
        for kind in KINDS
        for barrier in barriers_in(page, f"{portal}/{language}/{kind}", [WIDE, DARK, NARROW])
    ]
    assert found == []


OPENED = {
    "settings": lambda page: page.get_by_role("button", name="Display").first.click(),
    "keys": lambda page: page.keyboard.press("?"),
    "cite": lambda page: page.locator(".statement .cite").first.click(),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("what", OPENED)
def test_what_opens_above_a_page_has_no_barrier(open_page, what, scheme):
    page = open_page("/en/goals/border-integrity/", scheme=scheme)

    OPENED[what](page)
    page.locator(f"#{what}").wait_for(state="visible")
    if what == "cite":
        page.get_by_role("heading", name="Cite GPG 2.1").wait_for()

    assert barriers(page) == []


def test_what_opens_on_a_phone_has_no_barrier(open_page):
    page = open_page("/ar/goals/border-integrity/", width=360)
    for name in ("الأقسام", "المحتويات"):
        page.get_by_role("button", name=name).click()
        assert barriers(page) == []
        page.keyboard.press("Escape")


def test_our_own_widgets_of_the_administration_have_no_barrier(browser, portal):
    with signed_in(browser, portal) as page:
        for path in ("goals/goal/1/change/", "library/note/add/", "library/article/2/change/"):
            for language in ("ar", "en"):
                page.goto(f"{portal}/{language}/admin/{path}")
                assert barriers(page, ".form-multiline:has(.mt)") == [], path


def test_there_is_a_kind_for_every_state():
    assert len(KINDS) == len(set(KINDS)) > 30
