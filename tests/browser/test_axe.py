"""No page has a barrier that axe-core finds: WCAG 2.0 to 2.2 A and AA, and best practices."""

from pathlib import Path

import axe_playwright_python
import pytest

from tests.browser.conftest import signed_in
from tests.browser.pages import KINDS, every_page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN = """async ([tags, scope]) => {
  const { violations } = await axe.run(scope ?? document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}"""
# Each kind of page and state in all four looks; each other page, which is of one of the
# kinds, in the two that differ most.
LOOKS = [(1280, "light"), (360, "dark"), (1280, "dark"), (360, "light")]


def is_kind(path):
    return path[4:] in KINDS


def barriers(page, scope=None):
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(RUN, [TAGS, scope])


@pytest.mark.parametrize("part", range(4))
def test_no_page_has_a_barrier(open_page, portal, part):
    page = open_page("/en/")
    found = []
    for path in every_page(portal)[part::4]:
        page.goto(f"{portal}{path}")
        for width, scheme in LOOKS if is_kind(path) else LOOKS[:2]:
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += [(path, width, scheme, barrier) for barrier in barriers(page)]
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
