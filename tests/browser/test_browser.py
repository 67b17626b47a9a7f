"""The pages in a real Chromium: quiet console, no other host, no sideways scrolling."""

import shutil

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import sync_playwright

from tests.conftest import require

pytestmark = [
    pytest.mark.whole_site,
    pytest.mark.skipif(
        connection.vendor != "sqlite", reason="A browser sees the same pages on SQLite."
    ),
]

# Chromium asks its makers for nothing, and works without a sandbox, as in containers.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PAGES = [
    "",
    "goals/",
    "goals/vulnerable-communities/",
    "goals/vulnerable-communities/?view=parallel",
    "themes/",
    "themes/data-and-information-exchange/",
    "sdgs/",
    "sdgs/16/",
    "dialogue/",
    "dialogue/rounds/2017/",
    "library/",
    "library/articles/strategic-framework/?view=parallel",
    "library/articles/heads-of-ncb-conference-2024/",
    "library/documents/global-policing-goals-2023/",
    "glossary/",
    "glossary/interpol/",
    "nothing/",
]


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    require(chromium, "Chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, beside which the database is still safe.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def portal(browser, transactional_db, live_server):
    call_command("load_content", verbosity=0)
    return live_server


@pytest.mark.parametrize("width", [320, 1280])
def test_pages_are_quiet_and_fit_their_screen(browser, portal, width):
    found = []
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.on("console", lambda message: found.append((page.url, message.text)))
    page.on("pageerror", lambda error: found.append((page.url, str(error))))
    page.on(
        "request",
        lambda request: request.url.startswith(portal.url) or found.append((page.url, request.url)),
    )

    for language in ("ar", "en"):
        for address in PAGES:
            page.goto(f"{portal.url}/{language}/{address}")
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append((page.url, "scrolls sideways"))

    # A missing page is reported by the browser itself.
    assert [problem for problem in found if "/nothing/" not in problem[0]] == []


def test_arabic_pages_run_from_right_to_left(browser, portal):
    page = browser.new_page(viewport={"width": 1280, "height": 800})

    page.goto(f"{portal.url}/ar/goals/border-integrity/")
    arabic = page.locator(".statement").first.locator(".code").bounding_box()["x"]
    page.goto(f"{portal.url}/en/goals/border-integrity/")
    english = page.locator(".statement").first.locator(".code").bounding_box()["x"]

    assert arabic > 640 > english


def test_language_switch_keeps_the_place_on_the_page(browser, portal):
    page = browser.new_page()

    page.goto(f"{portal.url}/ar/goals/border-integrity/?view=parallel#GPG-2.2")
    page.get_by_role("link", name="English").click()

    assert page.url == f"{portal.url}/en/goals/border-integrity/?view=parallel#GPG-2.2"


def test_pages_can_be_read_without_script(browser, portal):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(f"{portal.url}/ar/")
    page.locator(".framework .goals a").first.click()
    page.get_by_role("link", name="القراءة باللغتين").click()

    assert page.locator(".statement").first.get_by_text("Advocate").is_visible()


def test_citation_lands_on_the_highlighted_line(browser, portal):
    page = browser.new_page()

    page.goto(f"{portal.url}/en/goals/border-integrity/")
    page.locator("#GPG-2\\.1 .citation a").first.click()

    line = page.locator("li:target")
    assert line.get_attribute("id") == "L61"
    assert (
        line.evaluate("element => getComputedStyle(element).backgroundColor") != "rgba(0, 0, 0, 0)"
    )
