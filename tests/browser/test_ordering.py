"""Statements are moved in a form, and keep their new order after saving."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import signed_in


def numbers(page):
    """Return the index of each row of objectives and its number, in the order of the page."""
    return page.locator('input[name$="-number"]:not([name*="__prefix__"])').evaluate_all(
        "inputs => inputs.filter((input) => input.name.startsWith('objectives'))"
        ".map((input) => [input.name.split('-')[1], input.value])"
    )


@pytest.fixture
def page(browser, portal):
    with signed_in(browser, portal) as page:
        page.goto(f"{portal}/en/admin/goals/goal/6/change/")
        yield page


def test_rows_are_moved_by_button_by_key_and_by_dragging(page):
    count = len(numbers(page))
    page.get_by_role("button", name="Move down: GPG 6.1", exact=True).click()
    assert numbers(page)[:2] == [["1", "1"], ["0", "2"]]
    assert (
        page.locator("[data-ordering]").inner_text() == f"GPG 6.1 now stands at place 2 of {count}."
    )
    page.keyboard.press("Enter")  # the button keeps the focus
    assert numbers(page)[:3] == [["1", "1"], ["2", "2"], ["0", "3"]]
    page.locator('[name="objectives-0-text_en"]').focus()
    page.keyboard.press("Alt+ArrowUp")
    assert numbers(page)[:3] == [["1", "1"], ["0", "2"], ["2", "3"]]
    page.set_viewport_size({"width": 1280, "height": 2000})
    page.locator("#objectives-2 .handle").drag_to(page.locator("#objectives-0 h3"))
    expect(page.locator("[name=objectives-2-number]")).to_have_value("2")
    assert numbers(page)[:3] == [["1", "1"], ["2", "2"], ["0", "3"]]

    page.get_by_role("button", name="Save and continue editing").click()
    page.wait_for_load_state()
    assert page.locator(".messagelist .success").count() == 1
    shown = page.locator(".field-code .readonly").all_inner_texts()
    assert shown[1:4] == ["GPG 6.2", "GPG 6.3", "GPG 6.1"]
