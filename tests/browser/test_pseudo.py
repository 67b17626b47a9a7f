"""Pages in pseudo-translation, longer and strange: all of the interface is translatable, and fits."""

import re

import pytest

from portal.examples import ADMINISTRATION
from tests.browser.conftest import signed_in
from tests.browser.pages import KINDS, SIDEWAYS
from tests.browser.test_layout import misfits

# Texts of a page with what stands around them. What stands in another language or in <bdi>, <code>,
# <kbd> or <pre> is content or a name; what a person typed stands in inputs; the rest, and what only
# screen readers say, is the interface or a text of a record.
TEXTS = """() => {
  const isolated = "bdi, code, kbd, pre, script, style, textarea, svg, [data-content]";
  const page = document.documentElement.lang;
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement: parent, data } = walker.currentNode;
    if (!data.trim() || parent.closest(isolated)) continue;
    found.push([block(parent), data.trim()]);
  }
  return found;
}"""
