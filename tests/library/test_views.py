import re

import pytest

from tests.counting import count_queries
from tests.factories import (
    make_article,
    make_correction,
    make_document,
    make_line,
    make_objective,
    make_paragraph,
    make_term,
)

pytestmark = pytest.mark.django_db


def test_line_of_a_document_leads_to_where_it_is_used(client):
    line = make_line("نص <أصلي>", number=1)
    objective = make_objective(line=line)

    page = client.get(line.document.get_absolute_url()).content.decode()

    assert 'id="L1"' in page
    assert "نص &lt;أصلي&gt;" in page
    assert f'href="{objective.get_absolute_url()}"' in page


def test_drafts_are_not_named_beside_the_lines(client):
    objective = make_objective()
    objective.goal.is_published = False
    objective.goal.save()

    page = client.get(objective.line.document.get_absolute_url()).content.decode()

    assert objective.code not in page


def test_boilerplate_says_why_it_is_not_used(client):
    line = make_line("غلاف", boilerplate_ar="سطر من الغلاف.", boilerplate_en="A line of the cover.")
    address = line.document.slug

    assert (
        "A line of the cover." in client.get(f"/en/library/documents/{address}/").content.decode()
    )
    assert "سطر من الغلاف." in client.get(f"/ar/library/documents/{address}/").content.decode()


def test_corrections_of_a_line_are_counted(client):
    line = make_line("خطأ")
    make_correction(line, "خطأ", "صواب")
    make_objective(line=line, text_ar="صواب")

    page = client.get(line.document.get_absolute_url()).content.decode()

    assert "1 slip corrected there" in page


def test_article_nests_paragraphs_under_their_heading(client):
    heading = make_paragraph(number=1, kind="heading", text_en="Vision")
    make_paragraph(heading.article, parent=heading, number=1, text_en="Together")
    make_paragraph(heading.article, number=2, kind="quotation", text_en="“Said.”")

    page = client.get(heading.article.get_absolute_url()).content.decode()

    assert re.search(r"<h2>\s*Vision\s*</h2>", page)
    assert page.index("<h2>") < page.index("Together")
    assert page.index("Together") < page.index("<blockquote>")


def test_article_without_a_title_in_its_document_says_so(client):
    article = make_article(line=None)

    assert "given here by the portal" in client.get(article.get_absolute_url()).content.decode()


def test_article_without_text_or_line_links_to_no_line(client):
    page = client.get(make_article(line=None).get_absolute_url()).content.decode()

    assert "no text of its own" in page
    assert 'href=""' not in page


def test_draft_article_is_not_found(client):
    assert client.get(make_article(is_published=False).get_absolute_url()).status_code == 404


def test_term_shows_its_mentions_in_published_texts(client):
    term = make_term(term_ar="الجريمة السيبرية", term_en="cybercrime")
    objective = make_objective(text_ar="منع الجريمة السيبرية", text_en="Prevent cybercrime.")
    draft = make_objective(text_en="A draft on cybercrime.")
    draft.goal.is_published = False
    draft.goal.save()

    page = client.get(term.get_absolute_url()).content.decode()

    assert "Prevent <mark>cybercrime</mark>." in page
    assert objective.get_absolute_url() in page
    assert "A draft" not in page


def test_term_without_mentions_says_so(client):
    assert (
        "No text of the portal mentions"
        in client.get(make_term().get_absolute_url()).content.decode()
    )


@pytest.mark.whole_site
@pytest.mark.parametrize(
    "path",
    [
        "/en/library/",
        "/en/library/documents/{document}/",
        "/en/library/articles/{article}/",
        "/en/glossary/",
        "/en/glossary/{term}/",
    ],
)
def test_queries_do_not_grow_with_rows(client, path):
    document, article, term = make_document(), make_article(), make_term()
    path = path.format(document=document.slug, article=article.slug, term=term.slug)
    add_records(document, article, 1)
    before = count_queries(client, path)

    for number in range(2, 5):
        add_records(document, article, number)
        make_article()
        make_term(f"term-{number}")

    assert count_queries(client, path) == before <= 5


def add_records(document, article, number):
    line = make_line("- خطأ", document=document)
    make_correction(line, "خطأ", "صواب")
    parent = make_paragraph(article, number=number, line=line, text_ar="صواب")
    make_paragraph(article, parent=parent, number=1)
    make_objective(line=line)
