"""Taking in a document with a real browser, by keyboard alone, in Arabic and in English."""

import re
from hashlib import sha256

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.axe import barriers
from tests.ingest.making import DOCUMENTS, editors_kinds
from tests.prepared import ADMINISTRATORS
from tests.serving import served

TEXT = "إعلان من الجولة التاسعة\nأولا. نلتزم بالتعاون. ثانيا. نتبادل المعلومات.\nصفحة\nواحدة"
LINES = [
    "إعلان من الجولة التاسعة",
    "أولا. نلتزم بالتعاون.",
    "ثانيا. نتبادل المعلومات.",
    "صفحة واحدة",
]
# The number and the proposed kind of each line of a page.
KINDS = """() => [...document.querySelectorAll("ol.lines li")].map((line) => [
  Number(line.querySelector("label").textContent.match(/\\d+/)[0]),
  line.querySelector("select[name^=kind]").value,
])"""
UPLOAD = f"/{{}}/{settings.ADMIN_PATH}/ingest/incomingdocument/add/"
MIN_SHARE = 0.89  # of the kinds, as our editors have them
FIELDS = [
    "slug",
    "title_ar",
    "title_en",
    "short_title_ar",
    "short_title_en",
    "dating_ar",
    "dating_en",
]


@pytest.fixture(scope="module")
def portal(tmp_path_factory, prepared):
    with served(prepared, tmp_path_factory.mktemp("ingest")) as server:
        yield server


@pytest.fixture(scope="module")
def empty_portal(tmp_path_factory, prepared):
    def make_empty(server):
        server.manage("flush", "--no-input")
        server.manage("shell", "--command", ADMINISTRATORS)

    with served(prepared, tmp_path_factory.mktemp("empty"), make_empty) as server:
        yield server


def press(page, selector):
    """Press Enter on an element that the keyboard reaches."""
    reach(page, selector)
    page.keyboard.press("Enter")


def submit(page, selector):
    """Press Enter on a button that sends its form, and wait for the page that comes."""
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def close(page, slug):
    """Close the lines of a document by keyboard; return the barriers that axe finds."""
    expect(page.locator("a[href$='/close/']")).to_be_visible()
    press(page, "a[href$='/close/']")
    page.wait_for_url(re.compile(r"/close/$"))
    found = barriers(page, "#content-main")
    for name, value in (dict.fromkeys(FIELDS, "2026") | {"slug": slug}).items():
        reach(page, f"#id_{name}")
        page.keyboard.insert_text(value)
    press(page, ".submit-row input")
    page.wait_for_url(re.compile(r"/library/document/\d+/change/$"))
    return found


def has_focus(page, selector):
    return page.evaluate("(selector) => document.activeElement.matches(selector)", selector)


def reach(page, selector, presses=200):
    """Press Tab until an element has the focus; return how often it was pressed."""
    for press in range(1, presses + 1):
        page.keyboard.press("Tab")
        if has_focus(page, selector):
            return press
    raise AssertionError(f"{selector} is not reached by the keyboard.")


@pytest.mark.parametrize("language", ["ar", "en"])
def test_document_is_taken_in_by_keyboard(open_as_editor, portal, language):
    found = []
    page = open_as_editor(portal, UPLOAD.format(language))
    found += barriers(page, "#content-main")
    reach(page, "#id_pasted")
    page.keyboard.insert_text(f"{TEXT}\n{language}")
    press(page, ".submit-row input")
    page.wait_for_url(re.compile(r"/lines/$"))
    found += barriers(page, "#content-main")

    reach(page, ".lines li:nth-child(2) textarea")
    page.evaluate("""() => {
      const field = document.activeElement;
      field.selectionStart = field.selectionEnd = field.value.indexOf("ثانيا");
    }""")
    page.keyboard.press("Enter")
    submit(page, "button[name=save]")
    expect(page.locator(".lines li")).to_have_count(6)
    submit(page, ".lines li:nth-child(4) button[name=join]")
    expect(page.locator(".lines li")).to_have_count(5)
    submit(page, "button[name=confirm]")
    expect(page.locator(".lines .settled")).to_have_count(5)
    found += close(page, f"declaration-{language}")

    record = re.search(r"/document/(\d+)/", page.url)[1]
    address = f"{portal}/{language}/library/documents/declaration-{language}/"
    assert page.request.get(address).status == 404
    page.goto(f"{address}?preview=library.document.{record}")
    shown = page.locator("main").inner_text()
    assert [line for line in [*LINES, language] if line not in shown] == []
    assert found == []


@pytest.mark.parametrize(
    ("slug", "language"),
    [
        ("global-policing-goals-2023", "ar"),
        ("strategic-framework-2026-2030", "en"),
        ("dialogue", "ar"),
        ("heads-of-ncb-conference-2024", "en"),
        ("un-cooperation", "ar"),
    ],
)
def test_our_documents_are_taken_in_from_nothing(open_as_editor, empty_portal, slug, language):
    file = DOCUMENTS / f"{slug}.ar.txt"
    page = open_as_editor(empty_portal, UPLOAD.format(language))
    reach(page, "#id_file")
    page.set_input_files("#id_file", file)  # the dialog that opens is the operating system's
    press(page, ".submit-row input")
    page.wait_for_url(re.compile(r"/lines/$"))

    proposed = {}
    while True:
        proposed |= dict(page.evaluate(KINDS))
        press(page, "a[href='#actions']")
        has_next = page.locator("a[rel=next]").count()
        submit(page, "button[name=confirm]")
        if not has_next:
            break
    close(page, slug)

    assert sha256(file.read_bytes()).hexdigest() in page.content()
    editors = {line: kind for (name, line), kind in editors_kinds().items() if name == slug}
    same = sum(proposed[line] == kind for line, kind in editors.items())
    print(f"{slug}: {same} of {len(editors)} kinds")
    assert same >= MIN_SHARE * len(editors)
