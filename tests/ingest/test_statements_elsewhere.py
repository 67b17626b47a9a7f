"""Statements that were made of lines beside the whole content: where they stand, and elsewhere."""

import html
import re
from itertools import chain

import pytest
from django.apps import apps
from django.core.management import call_command

from ingest.making import confirm
from ingest.planning import plan_of
from library.models import Document, RegisteredCode
from portal.content.verification import verify
from tests.ingest.test_statements import ENGLISH, NEWS, close_lines
from tests.portal.test_content_both_ways import empty_database
from tests.portal.test_exported_content import file_contents

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]

# A page of our own making: its title, and statements of which the second stands under the first.
PAGE = {
    "إعلان الزمرد": "The emerald declaration",
    "يلتزم الزمرديون باستعمال النشرات والتعاميم:": "The emeralds commit to notices and diffusions:",
    "- تبادل زمردي.": "- An emerald exchange.",
}
MARKER = re.compile("emerald|زمرد", re.IGNORECASE)
MARKS = re.compile("</?(?:mark|bdi|a|b)\\b[^>]*>")  # of words that are sought or explained
TITLE = {"title_ar": "ورقة الزمرد", "title_en": "Emerald paper"}
LISTS = {
    "library.article": "library/",
    "dialogue.round": "dialogue/",
    "goals.goal": "goals/",
    "crosscutting.theme": "themes/",
}


def problems():
    return [problem for check in verify() for problem in check.problems]


def confirm_translations(rows, texts):
    for row, text in zip(rows, texts, strict=False):
        row.translation, row.is_translation_confirmed = text, True
        row.save()


def test_statements_are_the_same_elsewhere(content, tmp_path):
    news = close_lines(NEWS, slug="jasmine", issued="2026-05-12")
    confirm_translations(plan_of(news), ENGLISH[:4])  # the others are left to the translators
    assert problems() == []
    confirm(news)
    assert problems() == []
    call_command("export_content", tmp_path / "first", drafts=True, verbosity=0)
    codes = [(row.code, row.state) for row in RegisteredCode.objects.order_by("code")]
    empty_database()

    call_command("load_content", directory=tmp_path / "first", verbosity=0)
    call_command("export_content", tmp_path / "second", drafts=True, verbosity=0)

    assert file_contents(tmp_path / "second") == file_contents(tmp_path / "first")
    assert [(row.code, row.state) for row in RegisteredCode.objects.order_by("code")] == codes
    assert Document.objects.get(slug="jasmine").verbatim() == "\n".join(NEWS).encode()


def make_page(place):
    """Make a draft of PAGE as a page of a kind; return it and its statements."""
    document = close_lines(PAGE, slug="emerald", issued="2026-05-12", **TITLE)
    rows = plan_of(document)
    rows[0].place, rows[2].use = place, "nested"
    confirm_translations(rows, PAGE.values())
    changes = confirm(document).revision.changes.order_by("pk")
    return [apps.get_model(each.model)._base_manager.get(pk=each.record) for each in changes]


def public_paths(client):
    """Return the paths of the site map."""
    parts = re.findall("<loc>[^/]+//[^/]+(.*?)</loc>", text_of(client, "/sitemap.xml"))
    pages = [re.findall("<loc>[^/]+//[^/]+(.*?)</loc>", text_of(client, part)) for part in parts]
    return list(chain.from_iterable(pages))


def text_of(client, path):
    return client.get(path).content.decode()


def queries(page, statements):
    """Return the paths of searches, suggestions, citations, addresses by code and a brief."""
    codes = [record.anchor for record in [page, *statements]]
    for language, word in (("ar", "الزمرد"), ("en", "emerald")):
        yield f"/{language}/search/?q={word}"
        yield f"/{language}/search/suggestions/?q={word}"
        yield f"/{language}/brief/?items={','.join(codes)}"
        for code in codes:
            yield f"/{language}/cite/{code}/"
            yield f"/{language}/id/{code}"[3:]


@pytest.mark.parametrize("place", LISTS)
def test_new_page_stands_everywhere_once_it_is_published(content, client, place, tmp_path):
    page, *statements = make_page(place)
    asked = [*public_paths(client), *queries(page, statements)]
    # An answer repeats the words and the codes that it was asked for.
    before = {path: text_of(client, path) for path in asked}
    shown = [path for path, text in before.items() if MARKER.search(text.replace(path, ""))]
    assert [path for path in shown if "/search/" not in path] == []
    assert [path for path in shown if "declaration" in before[path]] == []

    Document.objects.filter(slug="emerald").update(is_published=True)
    page.is_published = True
    page.save()

    title, nested = PAGE["إعلان الزمرد"], "An emerald exchange."
    detail = page.get_absolute_url().replace("/ar/", "/en/")
    for path, words in {
        detail: [title, nested],
        detail.replace("/en/", "/ar/"): ["إعلان الزمرد", "تبادل زمردي."],
        f"/en/{LISTS[place]}": [detail],
        "/en/search/?q=emerald": [title, nested],
        "/en/search/suggestions/?q=emerald": [title],
        "/en/glossary/notices-and-diffusions/": [statements[0].code],
        f"/en/brief/?items={page.anchor}": [title, nested],
        f"/en/cite/{statements[1].anchor}/": ["Emerald paper"],
        "/en/library/documents/emerald/": list(PAGE),
    }.items():
        text = html.unescape(text_of(client, path))
        shown = text if words == [detail] else MARKS.sub("", text)
        assert [each for each in words if each not in shown] == [], path
    assert client.get(f"/id/{statements[1].anchor}").headers["Location"].startswith("/ar/")
    assert detail in "".join(public_paths(client))
    call_command("export_content", tmp_path, verbosity=0)
    assert any(title.encode() in content for content in file_contents(tmp_path).values())
    assert problems() == []
