"""Checking pages with axe-core: WCAG 2.0 to 2.2, levels A and AA, and best practices."""

import os
from pathlib import Path

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN = """async ([scope, rules]) => {
  await document.fonts.ready;
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const { violations } = await axe.run(scope ?? document, {
    resultTypes: ["violations"],
    ...rules,
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}"""
EVERYTHING = {"runOnly": {"type": "tag", "values": TAGS}}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# The rule for contrast takes most of the time, and does not depend on the width.
ALL_BUT_CONTRAST = EVERYTHING | {"rules": {"color-contrast": {"enabled": False}}}

# Of similar pages every eighth is checked; AXE_EVERY=1 checks all.
EVERY = int(os.environ.get("AXE_EVERY", "8"))

# The looks of a page: width in pixels, colour scheme, options of axe-core.
WIDE = (1280, "light", EVERYTHING)
DARK = (1280, "dark", CONTRAST)
WITHOUT_COLOURS = (1280, "light", ALL_BUT_CONTRAST)
NARROW = (360, "light", ALL_BUT_CONTRAST)


def barriers(page, scope=None, rules=EVERYTHING):
    """Return the barriers of an open page as "rule: selector"; `scope` is a selector or None.

    They are looked for once the page stands still: axe-core measures it more than once, and what a
    late font moves meanwhile would seem to cover its neighbour.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(RUN, [scope, rules])


def barriers_in(page, address, looks):
    """Open an address and return its barriers in each look: (address, width, scheme, barrier)."""
    page.emulate_media(color_scheme=looks[0][1], reduced_motion="reduce")
    page.goto(address)
    found = []
    for width, scheme, rules in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [(address, width, scheme, barrier) for barrier in barriers(page, rules=rules)]
    return found
