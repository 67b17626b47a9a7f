"""No kind of page has a barrier in any look, nor has what opens above a page."""

import pytest

from portal.examples import ADMINISTRATION
from tests.browser.axe import DARK, NARROW, WIDE, WITHOUT_COLOURS, barriers, barriers_in
from tests.browser.conftest import signed_in
from tests.browser.pages import KINDS, SIDEWAYS


# Colours and narrow screens are those of the other language.
@pytest.mark.parametrize(
    ("language", "looks"), [("ar", [WIDE, DARK, NARROW]), ("en", [WITHOUT_COLOURS])]
)
def test_no_kind_of_page_has_a_barrier(open_page, portal, language, looks):
    page = open_page(f"/{language}/")
    found = [
        barrier
        for kind in KINDS
        for barrier in barriers_in(page, f"{portal}/{language}/{kind}", looks)
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


@pytest.mark.parametrize("language", ["ar", "en"])
def test_administration_has_no_barrier_and_fits_a_phone(browser, portal, language):
    found = []
    with signed_in(browser, portal) as page:
        for path in ADMINISTRATION:
            address = f"{portal}/{language}/admin/{path}"
            # Colours of the administration fade, so a scheme is chosen before a page is opened.
            if language == "ar":
                found += barriers_in(page, address, [DARK])
            wide = WIDE if language == "ar" else WITHOUT_COLOURS
            found += barriers_in(page, address, [wide, NARROW])
            if page.evaluate(SIDEWAYS):
                found.append((address, "scrolls sideways"))
    assert found == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_signing_in_has_no_barrier(open_page, portal, language):
    page = open_page(f"/{language}/admin/")
    found = barriers_in(page, f"{portal}/{language}/admin/login/", [WIDE, NARROW])
    assert found + barriers_in(page, f"{portal}/{language}/admin/login/", [DARK]) == []


def test_there_is_a_kind_for_every_state():
    assert len(KINDS) == len(set(KINDS)) > 30
