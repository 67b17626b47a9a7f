"""A colleague is invited, and accepts, by the keyboard alone."""

import re

import pytest

from tests.browser.axe import barriers
from tests.browser.conftest import signed_in
from tests.browser.pages import SIDEWAYS
from tests.signing_in import PASSWORD

MAX_TABS = 150  # the administration has many links before its forms


def tab_to(page, selector, key="Tab"):
    """Press Tab, or another key, until an element has the focus."""
    for _ in range(MAX_TABS):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"Tab does not lead to {selector}.")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_colleague_is_invited_and_accepts_by_keyboard(browser, portal, open_page, language):
    name = f"invited-{language}"
    with signed_in(browser, portal) as page:
        page.goto(f"{portal}/{language}/admin/accounts/user/")
        page.locator("#changelist-form").wait_for()
        page.locator("#searchbar").focus()
        tab_to(page, "[href$='/user/invite/']", "Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{language}/admin/accounts/user/invite/")
        tab_to(page, "[name=email]")
        page.keyboard.type(f"{name}@example.org")
        tab_to(page, "[name=username]")
        page.keyboard.type(name)
        tab_to(page, "[name=groups]")
        page.keyboard.press("Space")
        tab_to(page, "input[type=submit]")
        page.keyboard.press("Enter")
        link = page.locator("dd code").inner_text()
        assert barriers(page) == []

    guest = open_page(re.sub(r"https?://[^/]+", "", link), width=320)
    assert guest.evaluate("document.documentElement.lang") == language
    assert barriers(guest) == []
    assert not guest.evaluate(SIDEWAYS)
    for field in ("password1", "password2"):
        tab_to(guest, f"[name={field}]")
        guest.keyboard.type(PASSWORD)
    guest.keyboard.press("Enter")
    guest.wait_for_url(f"**/{language}/account/login/")
    tab_to(guest, "[name=login]")
    guest.keyboard.type(name)
    tab_to(guest, "[name=password]")
    guest.keyboard.type(PASSWORD)
    guest.keyboard.press("Enter")
    guest.wait_for_url(f"**/{language}/admin/")  # the first role needs no second factor
