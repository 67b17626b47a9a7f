"""The suggestions of the search field: codes, titles, terms and words."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.axe import barriers
from tests.browser.conftest import arrive

TYPED = {"ar": "الحدود", "en": "border"}
ADDRESS = "**/search/suggestions/*"
LONG = "Border control and border management in all regions, with all partners " * 3


def suggestion(label, **changes):
    return {
        "kind": "title",
        "label": label,
        "text": "",
        "language": "en",
        "direction": "ltr",
        "kind_label": "goal",
        "url": "/en/goals/border-integrity/",
    } | changes


def answer(route, *suggestions):
    route.fulfill(json={"suggestions": suggestions})


def query(request):
    return parse_qs(urlsplit(request.url).query)["q"][0]


def field(page):
    return page.locator("#q")


def options(page):
    return page.locator("#q-suggestions [role=option]")


def type_into(page, text, selector="#q"):
    """Type into a field when the script of the suggestions is loaded."""
    page.locator(selector).focus()
    expect(page.locator(selector)).to_have_role("combobox")
    page.keyboard.type(text)


def active(page):
    """Return the index of the active option or None; the field and the list have to agree."""
    active_id = field(page).get_attribute("aria-activedescendant")
    selected = page.evaluate("""() => [...document.querySelectorAll('[role=option]')]
      .flatMap(({ ariaSelected, id }, index) => ariaSelected === "true" ? [[index, id]] : [])""")
    assert [option_id for _index, option_id in selected] == ([active_id] if active_id else [])
    return selected[0][0] if selected else None


def test_nothing_is_asked_before_two_letters_and_no_script_before_the_field(open_page, portal):
    page = open_page("/en/brief/")
    asked = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.reload(wait_until="networkidle")
    assert [path for path in asked if "suggestions" in path] == []

    type_into(page, "b")
    page.wait_for_timeout(300)
    fetched = [path.rpartition(".")[2] for path in asked if "suggestions" in path]
    assert sorted(fetched) == ["css", "js"]

    with page.expect_request(ADDRESS) as request:
        page.keyboard.type("o")
    assert request.value.url == f"{portal}/en/search/suggestions/?q=bo"


@pytest.mark.parametrize("language", ["ar", "en"])
def test_arrows_move_through_the_options_and_enter_goes_to_one(open_page, portal, language):
    page = open_page(f"/{language}/brief/")

    type_into(page, TYPED[language])
    expect(options(page).first).to_be_visible()
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(field(page)).to_have_attribute("aria-controls", "q-suggestions")
    expect(page.get_by_role("listbox")).to_have_accessible_name(re.compile(r"\S"))
    last = options(page).count() - 1
    assert 0 < last < 8
    expect(page.locator(".search-field [role=status]")).to_contain_text(str(last + 1))
    assert active(page) is None

    def active_after(*keys):
        indexes = []
        for key in keys:
            page.keyboard.press(key)
            indexes.append(active(page))
        return indexes

    assert active_after("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp") == [0, 1, 0, last]
    assert active_after("ArrowDown", "Home", "ArrowUp", "End") == [0, None, last, None]
    assert field(page).input_value() == TYPED[language]

    page.keyboard.press("ArrowDown")
    address = options(page).first.get_attribute("data-url")
    assert address.startswith(f"/{language}/")
    page.keyboard.press("Enter")
    arrive(page, f"{portal}{address}")


def test_texts_of_options_say_their_language_and_direction(open_page):
    page = open_page("/ar/brief/")
    type_into(page, TYPED["ar"])
    expect(options(page).first).to_be_visible()

    texts = (
        options(page)
        .locator("> :first-child > *")
        .evaluate_all("texts => texts.map(({ lang, dir, className }) => [lang, dir, className])")
    )

    assert texts
    for language, direction, name in texts:
        assert direction == ("rtl" if language == "ar" and name != "code" else "ltr")


def test_escape_closes_the_list_and_then_empties_the_field(open_page):
    page = open_page("/en/brief/")
    type_into(page, "border")
    expect(options(page).first).to_be_visible()

    page.keyboard.press("Escape")
    expect(options(page).first).to_be_hidden()
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    expect(field(page)).to_have_value("border")
    page.keyboard.press("ArrowDown")
    expect(options(page).first).to_be_visible()
    page.keyboard.press("Tab")
    expect(options(page).first).to_be_hidden()

    field(page).focus()
    page.keyboard.press("Escape")
    expect(field(page)).to_have_value("")


@pytest.mark.parametrize("has_script", [True, False])
def test_enter_searches_when_no_option_is_chosen(open_page, portal, has_script):
    page = open_page("/en/brief/", java_script_enabled=has_script)
    if has_script:
        type_into(page, "border")
        expect(page.get_by_role("listbox")).to_be_visible()
    else:
        field(page).fill("border")

    page.keyboard.press("Enter")

    arrive(page, f"{portal}/en/search/?q=border")


def test_pointer_chooses_and_closes(open_page, portal):
    page = open_page("/en/brief/")
    type_into(page, "border")
    expect(options(page).first).to_be_visible()
    page.locator(".site-footer").click(position={"x": 1, "y": 1})
    expect(options(page).first).to_be_hidden()

    field(page).focus()
    page.keyboard.press("ArrowDown")
    address = options(page).first.get_attribute("data-url")
    options(page).first.click()
    arrive(page, f"{portal}{address}")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_open_list_has_no_barrier(open_page, language):
    page = open_page(f"/{language}/brief/")
    type_into(page, TYPED[language])
    expect(options(page).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert barriers(page) == []

    page.emulate_media(color_scheme="dark")
    assert barriers(page, ".search-field") == []


@pytest.mark.parametrize("language", ["ar", "en"])
def test_list_stands_under_its_field_and_fits_the_screen(open_page, portal, language):
    page = open_page(f"/{language}/brief/")
    page.route(ADDRESS, lambda route: answer(route, suggestion("GPG 2.1", text=LONG)))

    assert_list_is_under(page, "#q", language)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{portal}/{language}/search/")
    assert_list_is_under(page, "#search-query", language)


def assert_list_is_under(page, selector, language):
    type_into(page, "border", selector)
    listbox = page.get_by_role("listbox")
    expect(listbox).to_be_visible()

    box, field_box = listbox.bounding_box(), page.locator(selector).bounding_box()
    assert 0 <= box["y"] - field_box["y"] - field_box["height"] < 8
    starts = [x + width * (language == "ar") for x, width in map(across, (box, field_box))]
    assert starts[0] == pytest.approx(starts[1], abs=1)
    text, kind = (listbox.locator(part).first.bounding_box() for part in ("[lang]", ".kind"))
    assert (text["x"] < kind["x"]) is (language == "en")
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def across(box):
    return box["x"], box["width"]


def test_late_answer_to_an_earlier_question_is_not_shown(open_page):
    page = open_page("/en/brief/")
    delayed = []

    def delay_first_answer(route):
        if query(route.request) == "bo":
            delayed.append(route)
        else:
            answer(route, suggestion("later"))

    page.route(ADDRESS, delay_first_answer)
    with page.expect_request(ADDRESS):
        type_into(page, "bo")
    with page.expect_event("requestfailed", lambda request: query(request) == "bo"):
        page.keyboard.type("rder")
    expect(options(page)).to_contain_text(["later"])
    answer(delayed[0], suggestion("earlier"))
    page.wait_for_timeout(100)
    expect(options(page)).to_contain_text(["later"])


def test_known_answer_is_not_asked_again_and_fast_typing_asks_once(open_page):
    page = open_page("/en/brief/")
    asked = []

    def answer_and_count(route):
        asked.append(query(route.request))
        answer(route, suggestion("border"))

    page.route(ADDRESS, answer_and_count)
    type_into(page, "border")
    expect(options(page)).to_have_count(1)
    page.keyboard.press("Backspace")
    page.keyboard.type("r")
    page.wait_for_timeout(300)

    assert asked[-1] == "border"
    assert asked.count("border") == 1
    assert len(asked) < 4


def test_failures_are_silent(open_page, portal):
    page = open_page("/en/brief/")
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    # The answers to the requests in turn: an error page, other JSON, no connection.
    answers = [
        lambda route: route.fulfill(status=500, body="an error page"),
        lambda route: route.fulfill(json={"other": []}),
        lambda route: route.abort(),
    ]
    page.route(ADDRESS, lambda route: answers.pop(0)(route))
    for typed in ("bo", "r", "d"):
        with page.expect_request(ADDRESS):
            type_into(page, typed)
        page.wait_for_timeout(50)
        expect(field(page)).to_have_attribute("aria-expanded", "false")

    assert (answers, errors) == ([], [])
    page.keyboard.press("Enter")
    arrive(page, f"{portal}/en/search/?q=bord")


def test_nothing_is_asked_while_letters_are_composed(open_page):
    page = open_page("/en/brief/")
    asked = []
    page.on("request", lambda request: "?q=" in request.url and asked.append(query(request)))
    type_into(page, "")
    session = page.context.new_cdp_session(page)
    composed = {"text": "bord", "selectionStart": 4, "selectionEnd": 4}

    session.send("Input.imeSetComposition", composed)
    page.wait_for_timeout(300)
    assert asked == []

    with page.expect_request(ADDRESS):
        session.send("Input.insertText", {"text": "border"})
    assert asked == ["border"]
