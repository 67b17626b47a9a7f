"""No page writes to the console or sends requests to other hosts; readers get no cookie."""

import pytest

from portal.example_pages import ADMINISTRATION, KINDS
from tests.browser.conftest import signed_in


def collect_problems(page, portal):
    """Return a list that gets console errors and requests to other hosts while pages are opened."""
    problems = []

    def check_request(request):
        if not request.url.startswith((f"{portal}/", "data:")):
            problems.append(f"{page.url} asks {request.url}")

    def check_message(message):
        is_missing = "status of 404" in message.text and page.url.endswith("/nothing/")
        is_ours = "by Playwright" not in message.text
        if message.type in ("error", "warning") and is_ours and not is_missing:
            problems.append(f"{page.url} {message.type}: {message.text}")

    page.on("console", check_message)
    page.on("pageerror", lambda error: problems.append(f"{page.url} fails: {error}"))
    page.on("request", check_request)
    return problems


@pytest.mark.parametrize("language", ["ar", "en"])
def test_public_pages_are_quiet_and_leave_no_cookie(open_page, portal, language):
    page = open_page(f"/{language}/", service_workers="allow")
    problems = collect_problems(page, portal)

    for kind in KINDS:
        page.goto(f"{portal}/{language}/{kind}", wait_until="load")
    page.goto(f"{portal}/{language}/goals/border-integrity/")
    page.locator(".statement .cite").first.click()
    page.locator("#cite h1").wait_for()
    page.locator("#cite .close").click()
    page.locator("#q").press_sequentially("INTERP")
    page.locator("[role=option]").first.wait_for()
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    page.goto(f"{portal}/{language}/offline/")
    page.locator("main li a").first.wait_for()

    assert problems == []
    assert page.context.cookies() == []
    write = "() => { try { document.body.innerHTML = 'x'; } catch (error) { return error.name; } }"
    assert page.evaluate(write) == "TypeError"


def test_pages_of_the_administration_are_quiet(browser, portal):
    with signed_in(browser, portal) as page:
        problems = collect_problems(page, portal)
        for path in [*ADMINISTRATION, "accounts/user/", "accounts/user/1/change/"]:
            page.goto(f"{portal}/ar/admin/{path}", wait_until="load")
        names = {cookie["name"] for cookie in page.context.cookies()}

    assert problems == []
    assert {"__Host-sessionid", "__Host-csrftoken"} <= names
