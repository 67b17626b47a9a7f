"""No page complains on the console or asks another host for anything; readers get no cookie."""

import pytest

from portal.example_pages import ADMINISTRATION, KINDS
from tests.browser.conftest import signed_in


def listen(page, portal):
    """Return a list that gets what a page complains of on the console, and asks of other hosts."""
    heard = []

    def hear_request(request):
        if not request.url.startswith((f"{portal}/", "data:")):
            heard.append(f"{page.url} asks {request.url}")

    def hear_console(message):
        is_missing = "status of 404" in message.text and page.url.endswith("/nothing/")
        is_ours = "by Playwright" not in message.text
        if message.type in ("error", "warning") and is_ours and not is_missing:
            heard.append(f"{page.url} {message.type}: {message.text}")

    page.on("console", hear_console)
    page.on("pageerror", lambda error: heard.append(f"{page.url} fails: {error}"))
    page.on("request", hear_request)
    return heard


@pytest.mark.parametrize("language", ["ar", "en"])
def test_public_pages_are_quiet_and_leave_no_cookie(open_page, portal, language):
    page = open_page(f"/{language}/", service_workers="allow")
    heard = listen(page, portal)

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

    assert heard == []
    assert page.context.cookies() == []
    write = "() => { try { document.body.innerHTML = 'x'; } catch (error) { return error.name; } }"
    assert page.evaluate(write) == "TypeError"


def test_pages_of_the_administration_are_quiet(browser, portal):
    with signed_in(browser, portal) as page:
        heard = listen(page, portal)
        for path in [*ADMINISTRATION, "accounts/user/", "accounts/user/1/change/"]:
            page.goto(f"{portal}/ar/admin/{path}", wait_until="load")
        names = {cookie["name"] for cookie in page.context.cookies()}

    assert heard == []
    assert {"__Host-sessionid", "__Host-csrftoken"} <= names
