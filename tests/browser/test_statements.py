"""A declaration and a news item of our own making: from the upload to the public page, by keyboard.

The texts are invented, and stand in no file of the content.
"""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.axe import barriers
from tests.browser.test_taking_in import UPLOAD, close, press, reach, submit
from tests.ingest.making import make_docx, paragraph, run
from tests.serving import served

NEWS = [
    ("افتتاح مكتب في مدينة الياسمين", "An office opens in Jasmine City"),
    ("12 أيار/مايو 2026", "12 May 2026"),
    ("افتتح المكتب الجديد اليوم بحضور 40 ضيفًا.", "The new office opened today with 40 guests."),
    ("عمل المكتب", "The work of the office"),
    *(
        (
            f"يقدم المكتب الخدمة رقم {number} للشرطة.",
            f"It offers service {number} to police.",
        )
        for number in range(5, 28)
    ),
]
DECLARATION = [
    ("إعلان الجولة التاسعة", "Declaration of the ninth round"),
    ("تلتزم المنظمات بما يلي:", "The organizations commit to the following:"),
    ("- تبادل 12 نوعًا من المعلومات.", "- To exchange 12 kinds of information."),
    ("- تدريب 300 شرطي.", "- To train 300 police officers."),
    ("تشكر المنظمات البلد المضيف.", "The organizations thank the host country."),
]


def news_page():
    paragraphs = "".join(f"<p>{arabic}</p>" for arabic, _english in NEWS[1:])
    html = (
        f'<html lang="ar"><head><title>{NEWS[0][0]}</title></head><body><nav>الرئيسية</nav>'
        f"<main><article><h1>{NEWS[0][0]}</h1>{paragraphs}</article></main></body></html>"
    )
    return html.encode()


def declaration():
    return make_docx(*(paragraph(run(arabic)) for arabic, _english in DECLARATION))


@pytest.fixture(scope="module")
def portal(tmp_path_factory, prepared):
    with served(prepared, tmp_path_factory.mktemp("statements")) as server:
        yield server


def choose(page, selector, value):
    """Choose a value of a list by keyboard: focus it, and go to the choice."""
    reach(page, selector, presses=400)
    page.locator(selector).select_option(value)  # the list that opens is the browser's


def tick_and_save(page, path):
    """Publish a record by its form."""
    page.goto(path)
    reach(page, "#id_is_published", presses=400)
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")  # sends the form, as its first button does
    expect(page.locator(".messagelist .success")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "name", "make_file", "texts", "place", "public"),
    [
        ("ar", "news.html", news_page, NEWS, "library.article", "library/articles/"),
        ("en", "round.docx", declaration, DECLARATION, "dialogue.round", "dialogue/rounds/"),
    ],
)
def test_file_becomes_a_public_page(
    open_as_editor, portal, language, name, make_file, texts, place, public
):
    page = open_as_editor(portal, UPLOAD.format(language))
    reach(page, "#id_file")
    page.set_input_files(
        "#id_file", {"name": name, "mimeType": "application/octet-stream", "buffer": make_file()}
    )
    press(page, ".submit-row input")
    page.wait_for_url(re.compile(r"/lines/$"))
    expect(page.locator("ol.lines li")).to_have_count(len(texts))
    press(page, "a[href='#actions']")
    submit(page, "button[name=confirm]")
    close(page, f"made-{language}")
    document = page.url

    press(page, "a[href*='/statements/']")
    page.wait_for_url(re.compile(r"/statements/\d+/$"))
    found = barriers(page, "#content-main")
    press(page, "summary")
    english = [text for _arabic, text in texts]
    if name == "news.html":
        reach(page, "#id_pasted")
        page.keyboard.insert_text("\n".join(english))
    else:
        reach(page, "#id_file")
        data = make_docx(*map(paragraph, map(run, english)))
        docx = {"name": "en.docx", "mimeType": "application/octet-stream", "buffer": data}
        page.set_input_files("#id_file", docx)
    submit(page, "button[name=pair]")
    expect(page.locator("ol.lines textarea").first).to_have_value(texts[0][1])
    if place != "library.article":
        choose(page, "ol.lines li:first-child select[name^=place]", place)
        for number, use in enumerate(["text", "nested", "nested", "text"], 2):
            choose(page, f"ol.lines li:nth-child({number}) select[name^=use]", use)
    press(page, "a[href='#actions']")
    submit(page, "button[name=confirm]")
    expect(page.locator("input[name^=confirmed]:checked")).to_have_count(len(texts))
    press(page, "a[href='#actions']")
    press(page, "button[name=make]")
    page.wait_for_url(re.compile(r"/make/$"))
    found += barriers(page, "#content-main")
    if place == "dialogue.round":
        reach(page, "input[name$='-year']")
        page.keyboard.insert_text("2026")
    press(page, "button[name=confirm]")
    page.wait_for_url(re.compile(r"/statements/\d+/$"))
    container = page.locator("#content-main a").first.get_attribute("href")

    tick_and_save(page, document)
    tick_and_save(page, f"{portal}{container}")

    page.goto(f"{portal}{container}")
    press(page, ".viewsitelink")
    page.wait_for_url(re.compile(public))
    address = page.url
    context = page.context.browser.new_context(service_workers="block")
    reader = context.new_page()
    for code, index in (("ar", 0), ("en", 1)):
        reader.goto(address.replace(f"/{language}/", f"/{code}/"))
        shown = reader.locator("main").inner_text()
        wording = [re.sub("^- ", "", pair[index]) for pair in texts]
        assert [text for text in wording if text not in shown] == []
    context.close()
    assert found == []
    assert settings.ADMIN_PATH in document
