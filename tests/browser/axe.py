"""What axe-core finds on a page: WCAG 2.0 to 2.2 A and AA, and best practices."""

from pathlib import Path

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
RUN = """async ([tags, scope, contrast]) => {
  const { violations } = await axe.run(scope ?? document, {
    runOnly: { type: "tag", values: tags },
    resultTypes: ["violations"],
    rules: { "color-contrast": { enabled: contrast } },
  });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`));
}"""

# Two widths in two schemes; the first two differ most.
LOOKS = [(1280, "light"), (360, "dark"), (1280, "dark"), (360, "light")]


def barriers(page, scope=None, contrast=True):
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(RUN, [TAGS, scope, contrast])


def barriers_in(page, address, looks, contrast=True):
    """Return the barriers of a page by its looks."""
    page.goto(address)
    found = []
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [
            (address, width, scheme, barrier) for barrier in barriers(page, contrast=contrast)
        ]
    return found
