"""The pages for readers: by keyboard, by pointer, without JavaScript, without a network."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import arrive

GOAL = "/en/goals/border-integrity/"


def allow_clipboard(page, portal):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=portal)


def clipboard(page):
    return page.evaluate("navigator.clipboard.readText()")


def brief(page):
    return page.evaluate("JSON.parse(localStorage.getItem('brief') ?? '[]')")


def test_whole_way_by_keyboard(open_page, portal):
    """From the skip link to the search, a statement, its citation, the brief and the next page."""
    page = open_page("/en/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()

    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("border")
    page.keyboard.press("Enter")
    arrive(page, f"{portal}/en/search/?q=border")
    expect(page.get_by_role("heading", level=1)).to_contain_text("border")

    page.goto(f"{portal}{GOAL}")
    page.keyboard.press("j")
    arrive(page, re.compile(r"#GPG-2\.1$"))
    page.keyboard.press("j")
    expect(page.locator("#GPG-2\\.2")).to_be_focused()
    page.keyboard.press("k")
    arrive(page, re.compile(r"#GPG-2\.1$"))

    page.keyboard.press("c")
    expect(page.get_by_role("dialog", name="Cite")).to_contain_text("INTERPOL, “Global Policing")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Cite")).to_be_hidden()

    page.keyboard.press("a")
    assert brief(page) == ["GPG-2.1"]
    expect(page.locator("#GPG-2\\.1 [data-brief]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("a")
    assert brief(page) == []

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    arrive(page, re.compile("/en/goals/vulnerable-communities/"))
    page.keyboard.press("b")
    arrive(page, re.compile("/en/goals/border-integrity/"))


def test_every_control_is_reached_by_tab_and_seen(open_page):
    page = open_page(GOAL)
    wanted = page.locator("a:visible, button:visible, input:visible, summary:visible").count()
    reached = set()
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        place, outline = page.evaluate("""() => {
          const element = document.activeElement;
          const all = [...document.querySelectorAll("*")];
          const { outlineStyle } = getComputedStyle(element);
          return [element === document.body ? null : all.indexOf(element), outlineStyle];
        }""")
        if place is None:
            break
        assert outline != "none"
        reached.add(place)
    # One more than `wanted`: the skip link is visible only while it has the focus.
    assert len(reached) >= wanted


@pytest.mark.parametrize("path", [GOAL, GOAL + "?view=parallel"])
def test_one_key_goes_to_the_same_statement_in_the_other_language_and_back(open_page, path):
    page = open_page(f"{path}#GPG-2.2")

    page.keyboard.press("l")
    if "parallel" in path:
        expect(page.locator("#GPG-2\\.2 .columns > [lang=ar]").first).to_be_focused()
        page.keyboard.press("l")
        expect(page.locator("#GPG-2\\.2 .columns > [lang=en]").first).to_be_focused()
        return
    arrive(page, re.compile(r"/ar/goals/border-integrity/#GPG-2\.2$"))
    page.keyboard.press("l")
    arrive(page, re.compile(r"/en/goals/border-integrity/#GPG-2\.2$"))


def press_arabic(page, code, key, shift=False):
    """Press a key of an Arabic keyboard: `code` is its position, `key` its letter."""
    page.evaluate(
        """([code, key, shiftKey]) => {
          const options = { code, key, shiftKey, bubbles: true, cancelable: true };
          document.activeElement.dispatchEvent(new KeyboardEvent("keydown", options));
        }""",
        [code, key, shift],
    )


def test_keys_of_an_arabic_keyboard_work_too(open_page):
    page = open_page("/ar/goals/border-integrity/")

    press_arabic(page, "KeyJ", "ت")
    arrive(page, re.compile(r"#GPG-2\.1$"))
    press_arabic(page, "Slash", "؟", shift=True)
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    press_arabic(page, "Slash", "ظ")
    expect(page.locator("#q")).to_be_focused()


def test_keys_are_letters_while_somebody_types_and_can_be_switched_off(open_page):
    page = open_page(GOAL)
    page.locator("#q").fill("")
    page.locator("#q").press("j")
    assert page.locator("#q").input_value() == "j"
    assert "#" not in page.url

    page.get_by_role("button", name="Display").click()
    page.get_by_label("no keyboard shortcuts").check()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert "#" not in page.url


def test_settings_are_kept_and_shown_before_anything_else(open_page, portal):
    page = open_page("/ar/goals/border-integrity/")
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    usual = page.evaluate(size)

    page.get_by_role("button", name="العرض").click()
    page.get_by_label("أكبر", exact=True).check()
    page.get_by_label("داكنة").check()
    page.get_by_label("١٢٣").check()
    page.goto(f"{portal}/ar/goals/border-integrity/")

    assert page.evaluate(size) == pytest.approx(usual * 1.2)
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    expect(page.locator("h2#objectives + .statements .source").first).to_contain_text("٦١")
    expect(page.locator(".statement > .code").first).to_have_text("GPG 2.1")
    page.get_by_role("button", name="العرض").click()
    expect(page.get_by_label("داكنة")).to_be_checked()
    page.get_by_label("123", exact=True).check()
    expect(page.locator("h2#objectives + .statements .source").first).to_contain_text("61")


def test_reader_of_both_languages_gets_them_on_every_page(open_page, portal):
    page = open_page(f"{GOAL}#GPG-2.2")
    page.get_by_role("link", name="Read both languages side by side").click()
    arrive(page, f"{portal}{GOAL}?view=parallel#GPG-2.2")

    page.goto(f"{portal}/en/themes/data-and-information-exchange/")
    arrive(page, re.compile(r"\?view=parallel$"))
    page.get_by_role("link", name="Read in one language").click()
    page.goto(f"{portal}{GOAL}")
    arrive(page, f"{portal}{GOAL}")


def test_language_switch_keeps_the_place_on_the_page(open_page, portal):
    page = open_page("/ar/goals/border-integrity/?view=parallel#GPG-2.2")

    page.get_by_role("link", name="English").click()

    arrive(page, f"{portal}{GOAL}?view=parallel#GPG-2.2")


def test_columns_stand_beside_each_other_and_alternate_on_a_phone(open_page):
    for width, is_beside in [(1280, True), (360, False)]:
        page = open_page(f"{GOAL}?view=parallel", width=width)
        english, arabic = (
            page.locator(f"#GPG-2\\.1 .columns > [lang={language}]").first.bounding_box()
            for language in ("en", "ar")
        )
        assert (english["y"] == arabic["y"]) is is_beside
        assert arabic["y"] >= english["y"]


def test_links_and_citations_are_copied(open_page, portal):
    page = open_page(GOAL)
    allow_clipboard(page, portal)

    page.locator("#GPG-2\\.1 .permanent").click()
    expect(page.locator(".toast")).to_have_text("Copied")
    assert clipboard(page) == f"{portal}/id/GPG-2.1"

    page.locator("#GPG-2\\.1 .cite").click()
    page.locator("#cite summary", has_text="CSL-JSON").first.click()
    page.locator("#cite details[open] button").click()
    (item,) = json.loads(clipboard(page))
    assert item["URL"].startswith(f"{portal}/id/GPG-2.1?fp=en.")

    page.goto(item["URL"])
    expect(page.locator(".check")).to_contain_text("Unchanged.")


def test_citation_that_cannot_be_fetched_says_so(open_page):
    page = open_page(GOAL)
    page.route("**/cite/**", lambda route: route.abort())

    page.locator("#GPG-2\\.1 .cite").click()

    expect(page.locator("#cite")).to_contain_text("could not be fetched")
    expect(page.locator("#cite .sheet-body a")).to_have_attribute("href", re.compile("/cite/GPG"))


def test_brief_is_gathered_ordered_shared_and_emptied(open_page, portal):
    page = open_page(GOAL)
    page.locator("#GPG-2\\.2 [data-brief]").click()
    page.locator("#GPG-2-SDG-16\\.4 [data-brief]").click()
    page.goto(f"{portal}/en/sdgs/16/")
    page.locator(".container-header [data-brief]").click()
    expect(page.locator(".header-tools .brief-count")).to_have_text("3")

    page.locator(".header-tools .brief-link").click()
    arrive(page, re.compile(r"items=GPG-2\.2,GPG-2-SDG-16\.4,SDG-16$"))
    page.locator(".brief-entry").nth(2).get_by_role("link", name="Up").click()
    assert brief(page) == ["GPG-2.2", "SDG-16", "GPG-2-SDG-16.4"]
    page.locator(".brief-entry").first.get_by_role("link", name="Remove").click()
    assert brief(page) == ["SDG-16", "GPG-2-SDG-16.4"]

    shared = open_page(page.url.removeprefix(portal))
    expect(shared.locator(".brief-entry")).to_have_count(2)
    shared.get_by_role("button", name="Keep it as my brief").click()
    assert brief(shared) == ["SDG-16", "GPG-2-SDG-16.4"]
    shared.get_by_role("button", name="Empty my brief").click()
    expect(shared.locator("main")).to_contain_text("nothing in it yet")


def test_matrix_opens_reason_source_and_year(open_page):
    page = open_page("/en/sdgs/matrix/")

    page.locator('.matrix a[href="#GPG-2-SDG-16.4"]').click()

    sheet = page.get_by_role("dialog", name="Link between a goal and an SDG")
    expect(sheet).to_contain_text("the portal’s own suggestion")
    expect(sheet).to_contain_text("2015")
    expect(sheet.get_by_role("link", name="text of the target")).to_be_visible()


def test_shapes_of_the_bases_differ_without_colour(open_page):
    page = open_page("/en/sdgs/matrix/")
    shapes = {
        page.locator(f".key .shape.{basis}").evaluate(
            """(element) => {
              const { borderRadius, borderStyle, backgroundColor, backgroundImage } =
                getComputedStyle(element);
              return [borderRadius, borderStyle, backgroundColor, backgroundImage].join();
            }"""
        )
        for basis in ("every-goal", "set", "editorial")
    }
    assert len(shapes) == 3


def test_table_of_contents_follows_and_says_where_the_reader_is(open_page):
    page = open_page("/en/themes/cooperation-and-partnerships/")

    page.locator("#CCT-2\\.7").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('CCT-2.7').scrollIntoView()")

    expect(page.locator(".contents [aria-current]")).to_contain_text("CCT 2.7")
    expect(page.locator(".contents")).to_be_in_viewport()


def test_lists_open_above_the_bar_on_a_phone(open_page):
    page = open_page(GOAL, width=360)

    page.get_by_role("button", name="Contents").click()
    page.locator(".contents a", has_text="GPG 2.3").click()

    arrive(page, re.compile(r"#GPG-2\.3$"))
    expect(page.locator(".contents")).to_be_hidden()
    page.get_by_role("button", name="Sections").click()
    page.locator(".site-nav a", has_text="Glossary").click()
    arrive(page, re.compile("/en/glossary/$"))


@pytest.mark.parametrize("width", [360, 1280])
def test_portal_works_without_script(open_page, portal, width):
    page = open_page("/ar/", width=width, java_script_enabled=False)

    page.locator(".figure .goals a").nth(1).click()
    page.get_by_role("link", name="القراءة باللغتين").click()
    expect(page.locator(".statement").first).to_contain_text("Detect and disrupt")
    page.locator("#GPG-2\\.1 .cite").click()
    expect(page.locator("main")).to_contain_text("@misc{GPG-2.1.ar")
    page.goto(f"{portal}/ar/sdgs/matrix/?basis=set")
    page.locator(".matrix td a").first.click()
    arrive(page, re.compile("#GPG-1-SDG-16$"))
    page.goto(f"{portal}/ar/brief/?items=GPG-2.1")
    expect(page.locator(".brief-entry")).to_have_count(1)
    page.goto(f"{portal}/ar/search/?q=الحدود")
    expect(page.locator(".hits li").first).to_be_visible()
    if width == 360:
        page.get_by_role("button", name="الأقسام").click()
        page.locator(".site-nav a", has_text="المسرد").click()
        arrive(page, re.compile("/ar/glossary/$"))
    page.goto(f"{portal}/ar/glossary/")
    page.locator("#term-query").fill("المخدرات")
    page.get_by_role("button", name="البحث في المسرد").click()
    expect(page.locator(".hits li").first).to_contain_text("المخدرات")
    expect(page.locator(".needs-script:visible")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "typed", "shown"),
    [
        ("en", "CYBERC", ["cybercrime", "United Nations Convention against Cybercrime"]),
        (
            "ar",
            "الجريمة السيبر",
            ["اتفاقية الأمم المتحدة لمكافحة الجريمة السيبرانية", "الجريمة السيبرية"],
        ),
        ("ar", "جريمه سيبريه", ["الجريمة السيبرية"]),
        ("ar", "unodc", ["مكتب الأمم المتحدة المعني بالمخدرات والجريمة"]),
    ],
)
def test_glossary_is_filtered_while_somebody_types(open_page, language, typed, shown):
    page = open_page(f"/{language}/glossary/")

    page.locator("#term-query").press_sequentially(typed)

    expect(page.locator(".glossary dt a:visible")).to_have_text(shown)
    expect(page.locator(".list-filter [role=status]")).to_have_text(re.compile(f": {len(shown)}$"))
    expect(page.locator(".letters a:visible")).to_have_count(page.locator("h2:visible").count())
    page.locator("#term-query").fill("")
    expect(page.locator(".glossary dt a:visible")).to_have_count(119)


def test_filter_that_nothing_matches_leads_to_the_search(open_page):
    page = open_page("/en/glossary/", width=360)

    page.locator("#term-query").press_sequentially("fraudster")
    expect(page.locator(".list-filter [role=status]")).to_contain_text("No term matches.")
    page.locator("#term-query").press("Enter")

    arrive(page, re.compile(r"/en/search/\?q=fraudster&section=glossary$"))


def test_pages_stay_readable_without_a_network(open_page, portal):
    page = open_page(GOAL, service_workers="allow")
    page.evaluate("navigator.serviceWorker.ready")
    page.reload(wait_until="networkidle")

    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#GPG-2\\.1")).to_contain_text("Detect and disrupt")
    expect(page.locator(".offline-note")).to_be_visible()
    page.goto(f"{portal}/en/themes/")
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    expect(page.locator("[data-kept-pages]")).to_contain_text("Border integrity")

    page.context.set_offline(False)
    page.goto(f"{portal}/ar/themes/")
    expect(page.get_by_role("heading", level=1)).to_have_text("مواضيع أساسية شاملة")


def test_citation_lands_on_the_highlighted_line(open_page):
    page = open_page(GOAL)

    page.locator("#GPG-2\\.1 .source").click()

    line = page.locator("li:target")
    assert line.get_attribute("id") == "L61"
    colour = line.evaluate("element => getComputedStyle(element).backgroundColor")
    assert colour != "rgba(0, 0, 0, 0)"
