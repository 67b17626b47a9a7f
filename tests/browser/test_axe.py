"""No kind of page has a barrier in any look, and no dialog or popover has one."""

import pytest

from portal.example_pages import ADMINISTRATION
from tests.browser.axe import DARK, EVERY, NARROW, WIDE, WITHOUT_COLOURS, barriers, barriers_in
from tests.browser.conftest import signed_in
from tests.browser.pages import KINDS, SIDEWAYS


def looks_of_page(number, language):
    """Return the looks in which to check a page; `number` is its place in a list of pages.

    Colours are checked in Arabic only, in the light or dark scheme by turns, since both languages
    have the same style sheet. Each page is checked at phone width in one of the languages.
    AXE_EVERY=1 checks every page in all looks.
    """
    if EVERY == 1:
        return [WIDE, DARK, NARROW]
    if language != "ar":
        return [WITHOUT_COLOURS] if number % 2 else [NARROW]
    return [DARK, NARROW] if number % 2 else [WIDE]


@pytest.mark.parametrize(("number", "kind"), list(enumerate(KINDS)))
@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_kind_of_page_has_a_barrier(page, portal, language, number, kind):
    address = f"{portal}/{language}/{kind}"

    assert barriers_in(page, address, looks_of_page(number, language)) == []


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


@pytest.fixture(scope="module")
def administration(browser, portal):
    """A page of a browser in which an administrator has signed in."""
    with signed_in(browser, portal) as page:
        yield page


@pytest.mark.parametrize(("number", "path"), list(enumerate(ADMINISTRATION)))
@pytest.mark.parametrize("language", ["ar", "en"])
def test_administration_has_no_barrier_and_fits_a_phone(
    administration, portal, language, number, path
):
    address = f"{portal}/{language}/admin/{path}"
    looks = looks_of_page(number, language)
    looks += [] if NARROW in looks else [NARROW]

    # Colours of the administration have transitions, so the scheme is set before opening.
    found = barriers_in(administration, address, [DARK]) if DARK in looks else []
    found += barriers_in(administration, address, [look for look in looks if look != DARK])

    assert found == []
    assert not administration.evaluate(SIDEWAYS)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_signing_in_has_no_barrier(page, portal, language):
    found = barriers_in(page, f"{portal}/{language}/account/login/", [WIDE, NARROW])
    assert found + barriers_in(page, f"{portal}/{language}/account/login/", [DARK]) == []


def test_there_is_a_kind_for_every_state():
    assert len(KINDS) == len(set(KINDS)) > 30
