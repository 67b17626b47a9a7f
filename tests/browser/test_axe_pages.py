"""No page of the site map has a barrier, whichever kind it is of.

The kinds have been looked at in all looks (test_axe.py). Each goal has colours of its own. The
other pages are so many and so alike that every eighth is looked at, by turns in Arabic or English,
wide or narrow, without measuring the contrast of their colours anew. AXE_EVERY=1 looks at all.
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
