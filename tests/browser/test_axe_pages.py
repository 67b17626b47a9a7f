"""No page of the site map has a barrier.

test_axe.py checks one page of each kind in all looks. Here each goal is checked, because it has its
own colours. Of the other pages every eighth is checked, by turns in Arabic or English, wide or
narrow, without the rule for contrast. AXE_EVERY=1 checks all.
"""

import pytest

from tests.browser.axe import DARK, EVERY, NARROW, WIDE, WITHOUT_COLOURS, barriers_in
from tests.browser.pages import KINDS, pages_of_site_map


@pytest.mark.parametrize(("language", "turn"), [("ar", 0), ("en", 1)])
def test_no_page_has_a_barrier(open_page, portal, language, turn):
    page = open_page(f"/{language}/")
    paths = [path for path in pages_of_site_map(portal) if path.startswith(f"/{language}/")]
    goals = [path for path in paths if path.startswith(f"/{language}/goals/")]
    others = [path for path in paths if path not in goals and path[4:] not in KINDS]
    assert (len(goals), len(others)) == (8, 151)

    found = []
    for path in goals:
        found += barriers_in(page, f"{portal}{path}", [DARK] if turn else [WIDE])
    for number, path in enumerate(others[turn :: 2 * EVERY]):
        look = NARROW if number % 2 else WITHOUT_COLOURS
        found += barriers_in(page, f"{portal}{path}", [look])
    assert found == []
