"""Two editions with a real browser: the concordance written by keyboard, and the pages."""

import re

import pytest
from django.conf import settings

from tests.browser.axe import DARK, EVERYTHING, WIDE, barriers, barriers_in
from tests.browser.test_layout import misfits
from tests.browser.test_taking_in import has_focus, reach
from tests.editions.making import GOALS, NEXT
from tests.serving import served

MAKE = "from tests.editions.making import NextEdition; NextEdition({published})"
PAGES = [
    "",
    "goals/",
    "goals/?edition=2023",
    "goals/border-integrity/",
    "goals/border-integrity-2028/",
    "themes/",
    f"themes/{NEXT['themes'][0]['slug']}/",
    "sdgs/16/",
    "sdgs/matrix/",
    "sdgs/matrix/?edition=2023",
    "library/",
    "library/articles/strategic-framework/",
    "library/articles/strategic-framework-2031-2035/",
    f"library/documents/{GOALS}/",
    f"library/documents/{GOALS}/concordance/",
    "search/?q=GPG+2.3",
    "brief/?items=GPG-2.3,GPG-2028.2.3,GPG-5.3",
    "cite/GPG-2.3/",
]
NARROW = (320, "light", EVERYTHING)
# Of somebody who types 200 characters a minute, presses Tab thrice a second, and reads each row.
SECONDS_PER_LETTER, SECONDS_PER_KEY, SECONDS_PER_ROW, LIMIT = 0.3, 0.33, 8, 15 * 60


@pytest.fixture(scope="module")
def portal(tmp_path_factory, prepared):
    def publish(server):
        server.manage("shell", "--command", f"{MAKE.format(published=True)}.join()")

    with served(prepared, tmp_path_factory.mktemp("editions"), publish) as server:
        yield server


@pytest.fixture(scope="module")
def unjoined(tmp_path_factory, prepared):
    """A portal whose next edition is a draft without a concordance."""

    def make(server):
        server.manage("shell", "--command", MAKE.format(published=False))

    with served(prepared, tmp_path_factory.mktemp("unjoined"), make) as server:
        yield server


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_fits_and_has_no_barrier(page, portal, language):
    found = []
    for path in PAGES:
        found += barriers_in(page, f"{portal}/{language}/{path}", [WIDE, DARK, NARROW])
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            found += misfits(page)

    assert found == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_older_statement_leads_to_the_concordance_and_on(open_page, language):
    page = open_page(f"/{language}/goals/border-integrity/")
    page.locator("#GPG-2\\.3 .superseded a").last.click()
    page.wait_for_url(re.compile(r"/concordance/#GPG-2\.3$"))
    row = page.locator("#GPG-2\\.3")

    assert row.evaluate("(row) => row.matches(':target')")
    assert row.locator("del, ins").count() > 0
    row.get_by_role("link", name="GPG 2028.2.4").click()
    page.wait_for_url(re.compile(rf"/{language}/goals/border-integrity-2028/#GPG-2028\.2\.4$"))


class Keyboard:
    """Presses keys and types letters, and counts them."""

    def __init__(self, page):
        self.page, self.keys, self.letters = page, 0, 0

    def press(self, key):
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, text):
        self.page.keyboard.insert_text(text)
        self.letters += len(text)

    def skip(self):
        """Follow the link to the content, which comes first on a page that was just opened."""
        self.press("Tab")
        if has_focus(self.page, ".skip-to-content-link"):
            self.press("Enter")

    def reach(self, selector):
        if not has_focus(self.page, selector):
            self.keys += reach(self.page, selector, presses=300)

    def submit(self, selector):
        self.skip()
        self.reach(selector)
        with self.page.expect_navigation():
            self.press("Enter")


def wanted_rows():
    """Return what the next edition says of each objective: (codes, reasons, whether it is kept)."""
    wanted = {}
    for number, goal in enumerate(NEXT["goals"], 1):
        for position, statement in enumerate(goal["statements"], 1):
            for former in statement["former"]:
                codes = wanted.get(former, ([], None, False))[0]
                code = f"GPG 2028.{number}.{position}"
                wanted[former] = ([*codes, code], statement["reason"], "same_as" in statement)
    for row in NEXT["dropped"]:
        wanted[row["former"]] = ([], row["reason"], False)
    return wanted


def write_row(keyboard, language, former, codes, reason):
    anchor = former.replace(" ", "-")
    keyboard.reach(f'[name="later-{anchor}"]')
    if keyboard.page.evaluate("() => document.activeElement.value") != ", ".join(codes):
        keyboard.press("Control+a")
        keyboard.press("Delete")
        keyboard.type(", ".join(codes))
    for code in [language, *({"ar", "en"} - {language})]:
        keyboard.reach(f'[name="reason-{code}-{anchor}"]')
        keyboard.type(reason[code])


@pytest.mark.parametrize("language", ["ar"])
def test_concordance_of_all_objectives_is_written_by_keyboard(open_as_editor, unjoined, language):
    """All rows that are kept are accepted at once, page by page; the others are written."""
    page = open_as_editor(unjoined, f"/{language}/{settings.ADMIN_PATH}/library/document/")
    keyboard, found, wanted = Keyboard(page), [], wanted_rows()
    assert len(wanted) == 36
    address = page.locator("#result_list a", has_text="2028").first.get_attribute("href")
    keyboard.submit(f"#result_list a[href='{address}']")
    keyboard.submit("a[href$='/concordance/']")
    for _page in (1, 2):
        found += barriers(page, "#content-main")
        keyboard.submit("button[name=accept]")
        shown = page.locator("ol.concordance li").evaluate_all(
            "(rows) => rows.map((row) => row.id)"
        )
        left = [
            (code, wanted[code])
            for code in (anchor.replace("-", " ", 1) for anchor in shown)
            if code in wanted and not wanted[code][2]
        ]
        keyboard.skip()
        for code, (codes, reason, _kept) in left:
            write_row(keyboard, language, code, codes, reason)
        with page.expect_navigation():
            keyboard.press("Enter")  # saves, and goes to the next page if there is one
        assert page.locator(".errornote").count() == 0
    for number in (1, 2):
        page.goto(f"{page.url.partition('?')[0]}?page={number}")
        found += barriers(page, "#content-main")
        stored = page.locator("li.is-stored")
        for anchor in stored.evaluate_all("(rows) => rows.map((r) => r.id)"):
            code = anchor.replace("-", " ", 1)
            if code in wanted:
                field = page.locator(f'[name="later-{anchor}"]').input_value()
                assert sorted(filter(None, field.split(", "))) == sorted(wanted.pop(code)[0])

    assert wanted == {}
    assert found == []
    seconds = keyboard.keys * SECONDS_PER_KEY + keyboard.letters * SECONDS_PER_LETTER
    assert seconds + 36 * SECONDS_PER_ROW < LIMIT, (keyboard.keys, keyboard.letters)
