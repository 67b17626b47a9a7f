"""Taking in a document with a real browser, by keyboard alone, in Arabic and in English."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.axe import barriers
from tests.browser.conftest import sign_in
from tests.serving import served

TEXT = "إعلان من الجولة التاسعة\nأولا. نلتزم بالتعاون. ثانيا. نتبادل المعلومات.\nصفحة\nواحدة"
LINES = [
    "إعلان من الجولة التاسعة",
    "أولا. نلتزم بالتعاون.",
    "ثانيا. نتبادل المعلومات.",
    "صفحة واحدة",
]
FIELDS = ["slug", "title_ar", "title_en", "short_title_ar", "short_title_en", "dating_ar"]


@pytest.fixture(scope="module")
def portal(tmp_path_factory, prepared):
    with served(prepared, tmp_path_factory.mktemp("ingest")) as server:
        yield server


@pytest.fixture
def page(browser, portal):
    """A page of somebody who may take in documents."""
    context = browser.new_context(service_workers="block", reduced_motion="reduce")
    sign_in(context, portal, "editor")
    yield context.new_page()
    context.close()


def reach(page, selector, presses=200):
    """Press Tab until an element has the focus."""
    for _ in range(presses):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by the keyboard.")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_document_is_taken_in_by_keyboard(page, portal, language):
    found = []
    start = f"{portal}/{language}/{settings.ADMIN_PATH}/ingest/incomingdocument/add/"
    page.goto(start)
    found += barriers(page, "#content-main")
    reach(page, "#id_pasted")
    page.keyboard.insert_text(f"{TEXT}\n{language}")
    reach(page, ".submit-row input")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/lines/$"))
    found += barriers(page, "#content-main")

    reach(page, ".lines li:nth-child(2) textarea")
    page.evaluate("""() => {
      const field = document.activeElement;
      field.selectionStart = field.selectionEnd = field.value.indexOf("ثانيا");
    }""")
    page.keyboard.press("Enter")
    reach(page, "button[name=save]")
    page.keyboard.press("Enter")
    expect(page.locator(".lines li")).to_have_count(6)
    reach(page, ".lines li:nth-child(4) button[name=join]")
    page.keyboard.press("Enter")
    expect(page.locator(".lines li")).to_have_count(5)
    reach(page, "button[name=confirm]")
    page.keyboard.press("Enter")
    expect(page.locator(".lines .settled")).to_have_count(5)
    reach(page, "a[href$='/close/']")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/close/$"))
    found += barriers(page, "#content-main")

    values = dict.fromkeys([*FIELDS, "dating_en"], "2026") | {"slug": f"declaration-{language}"}
    for name, value in values.items():
        reach(page, f"#id_{name}")
        page.keyboard.insert_text(value)
    reach(page, ".submit-row input")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/library/document/\d+/change/$"))

    page.goto(f"{portal}/{language}/library/documents/declaration-{language}/")
    shown = page.locator("main").inner_text()
    assert [line for line in [*LINES, language] if line not in shown] == []
    assert found == []
