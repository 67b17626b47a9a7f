"""Pages in pseudo-translation: all texts of the interface can be translated, and longer ones fit.

The texts of the interface are in ⟦brackets⟧, and all texts of records are in Greek letters. Arabic
or Latin letters outside the brackets belong to a text that cannot be translated.
"""

import pytest
from django.core.management import call_command

from tests.browser.pages import KINDS
from tests.browser.test_layout import misfits
from tests.serving import served

# Replaces each letter in texts of records by a Greek one; the terms of the search index stay.
WRITE_GREEK = """
import json, re
from django.apps import apps
from django.db import connection
from languages.fields import translated_fields
from languages.languages import language_codes
from library.models import Correction, Line
from search.models import SearchEntry

def greek(text):
    if text and text.startswith("{"):
        texts = json.loads(text)
        return json.dumps({code: list(map(greek, values)) for code, values in texts.items()})
    return re.sub("[A-Za-z\\u0620-\\u064a]", "ξ", text) if text else text

columns = {
    model: [f"{field}_{code}" for field in translated_fields(model) for code in language_codes()]
    for model in apps.get_models()
}
columns |= {SearchEntry: ["texts"], Correction: [*columns[Correction], "original", "reading"]}
columns[Line] = [*columns[Line], "text"]
with connection.cursor() as cursor:
    connection.connection.create_function("greek", 1, greek)
    for model, names in columns.items():
        if names:
            changes = ", ".join(f"{name} = greek({name})" for name in names)
            cursor.execute(f"UPDATE {model._meta.db_table} SET {changes}")
"""

# Letters outside brackets: in texts, in attributes for screen readers, in texts for scripts. Not in
# <bdi>, <code>, <kbd> and <pre>, which have codes and names, nor in texts with another `lang`, nor
# on the help pages, whose texts are not in the catalogue.
STRAYS = """() => {
  const LETTERS = /[A-Za-z\\u0620-\\u064a]{2,}/;
  const page = document.documentElement.lang;
  const isHelp = location.pathname.includes("/help/");
  const found = [];
  let depth = 0;
  const outside = (text) => [...text].filter((letter) => {
    if (letter === "⟦") depth += 1;
    if (letter === "⟧") depth -= 1;
    return depth === 0;
  }).join("");
  const isContent = (element) =>
    element.closest("bdi, code, kbd, pre, script, style") ||
    (isHelp && element.closest("main")) ||
    element.closest("[lang]").lang !== page;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    const rest = outside(data);
    if (LETTERS.test(rest) && !isContent(parentElement)) found.push(rest.trim());
  }
  if (depth !== 0) found.push(`${depth} brackets are open at the end`);
  const NAMES = ["aria-label", "title", "placeholder", "alt", "content"];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      const isSaid = NAMES.includes(name) || (name.startsWith("data-") && /\\s|⟦/.test(value));
      if (!isSaid || element.matches("meta:not([name=description])")) continue;
      depth = 0;
      const rest = outside(value);
      if (LETTERS.test(rest) && !isContent(element)) found.push(`${name}: ${rest}`);
    }
  }
  depth = 0;
  if (!isHelp && LETTERS.test(outside(document.title))) found.push(`title: ${document.title}`);
  return found;
}"""


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory, prepared):
    """A server with a pseudo-translated interface and content in Greek letters."""
    catalogues = tmp_path_factory.mktemp("pseudo")
    call_command("pseudo_messages", catalogues, verbosity=0)

    def write_greek(server):
        server.manage("shell", "--command", WRITE_GREEK)

    data = tmp_path_factory.mktemp("data")
    with served(prepared, data, write_greek, LOCALE_DIR=str(catalogues)) as server:
        yield server


@pytest.mark.parametrize("language", ["ar", "en"])
def test_interface_is_translatable_and_fits_when_it_is_longer(browser, pseudo, language):
    context = browser.new_context(service_workers="block", reduced_motion="reduce")
    page = context.new_page()
    strays, unfit = [], []
    for kind in KINDS[::2]:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{pseudo}/{language}/{kind}")
        assert page.evaluate("document.body.textContent.split('⟦').length") > 10
        strays += [(kind, stray) for stray in page.evaluate(STRAYS)]
        unfit += [(1280, *misfit) for misfit in misfits(page)]
        page.set_viewport_size({"width": 320, "height": 800})
        unfit += [(320, *misfit) for misfit in misfits(page)]
    context.close()

    assert (strays, unfit) == ([], [])


def test_texts_that_are_not_translatable_or_do_not_fit_are_found(browser, pseudo):
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(f"{pseudo}/en/")
    assert page.evaluate(STRAYS) == []

    page.evaluate("""() => {
      const main = document.querySelector("main");
      for (const text of ["⟦Cut", "Stray"]) {  // pages take no text for HTML
        const paragraph = document.createElement("p");
        paragraph.textContent = text;
        main.prepend(paragraph);
      }
      main.firstElementChild.title = "Aim";
      main.firstElementChild.setAttribute("style", "");
      main.style.inlineSize = "900px";
    }""")

    assert page.evaluate(STRAYS) == ["Stray", "1 brackets are open at the end", "title: Aim"]
    assert misfits(page) != []
    context.close()
