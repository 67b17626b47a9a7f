"""More goals, themes and rounds than the first documents have: every page right, on paper too."""

import pytest

from tests.browser.axe import DARK, EVERYTHING, WIDE, barriers_in
from tests.browser.test_layout import misfits
from tests.growth import GOALS
from tests.serving import served

GROW = """
from library.models import Placement
from tests import growth
growth.add_goals({last})
growth.add_theme()
growth.add_round()
framework, vision, mission = growth.add_framework()
for place, fields in [
    ("framework", {{"article": framework}}),
    ("vision", {{"paragraph": vision}}),
    ("mission", {{"paragraph": mission}}),
]:
    Placement.objects.filter(place=place).update(**fields)
"""
PAGES = [
    "",
    "goals/",
    "goals/goal-8/",
    "goals/border-integrity/",
    "themes/",
    "themes/transparency/",
    "sdgs/16/",
    "sdgs/matrix/",
    "dialogue/",
    "dialogue/rounds/2025/",
    "library/articles/later-framework/",
]
NARROW = (320, "light", EVERYTHING)


@pytest.fixture(scope="module", params=[8, 12])
def last(request):
    """The number of goals."""
    return request.param


@pytest.fixture(scope="module")
def portal(tmp_path_factory, prepared, last):
    """A server with more content, added by a script and proved, with no line of code changed."""

    def grow(server):
        server.manage("shell", "--command", GROW.format(last=last))
        server.manage("verify_content")

    with served(prepared, tmp_path_factory.mktemp("grown"), grow) as server:
        yield server


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_fits_and_has_no_barrier(page, portal, last, language):
    found = []
    for path in PAGES:
        address = f"{portal}/{language}/{path}"
        # A barrier of twelve goals is one of eight too; what fits may depend on how rows break.
        if last == 12:
            found += barriers_in(page, address, [WIDE, DARK, NARROW])
        page.goto(address)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            found += misfits(page)

    assert found == []


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [1280, 320])
def test_figure_is_complete(open_page, last, language, width):
    page = open_page(f"/{language}/", width=width)

    boxes = [item.bounding_box() for item in page.locator(".figure .goals li").all()]
    assert len(boxes) == last
    rows, columns = {box["y"] for box in boxes}, {box["x"] for box in boxes}
    assert (len(rows), len(columns)) == ((1, last) if width == 1280 else (last, 1))
    assert page.locator(".figure .mark").count() == last
    assert page.locator(".figure .themes li").count() == 6


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("width", [1280, 320])
def test_matrix_names_every_goal(open_page, last, language, width):
    page = open_page(f"/{language}/sdgs/matrix/", width=width)

    names = page.locator(".matrix thead a span")
    assert names.count() == last
    assert all(box["width"] > 10 for box in [name.bounding_box() for name in names.all()])


@pytest.mark.parametrize("path", ["", "sdgs/matrix/"])
def test_every_goal_is_on_paper(printed, last, path):
    english, arabic = printed(f"/en/{path}"), printed(f"/ar/{path}")

    for number in range(8, last + 1):
        subject_ar, subject_en = GOALS[number][:2]
        assert subject_en in english
        assert subject_ar in arabic


def test_highlights_under_another_are_on_paper(printed):
    text = printed("/en/dialogue/rounds/2025/")

    assert "Round 9 of the Dialogue" in text
    assert [code for code in range(1, 11) if f"D 2025.1.{code}" not in text] == []


def test_home_shows_the_chosen_framework(open_page):
    page = open_page("/en/")

    assert "Better security for all" in page.locator(".statements-of-purpose").inner_text()
    assert "The later Strategic Framework" in page.locator(".ways").inner_text()
    assert "2026-2030" not in page.locator(".ways").inner_text()
