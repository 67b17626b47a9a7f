from datetime import date

import pytest

from tests.counting import count_queries
from tests.factories import (
    make_article,
    make_highlight,
    make_paragraph,
    make_participant,
    make_placement,
    make_round,
    make_term,
)

pytestmark = pytest.mark.django_db


def test_dialogue_lists_published_rounds_the_latest_first(client):
    early, late = make_round(2016), make_round(2021)
    make_round(2017, is_published=False)

    assert list(client.get("/en/dialogue/").context["rounds"]) == [late, early]


def test_dialogue_page_stands_without_its_article(client):
    assert client.get("/en/dialogue/").status_code == 200


def test_draft_article_is_not_shown_on_the_dialogue_page(client):
    article = make_article(is_published=False)
    make_paragraph(article, text_en="A secret draft")
    make_placement("dialogue", article)

    assert "A secret draft" not in client.get("/en/dialogue/").content.decode()


def test_participants_are_named_as_in_the_glossary(client):
    make_participant(make_term("unodc", term_ar="المكتب", term_en="The Office"), role="observer")

    assert "The Office" in client.get("/en/dialogue/").content.decode()
    assert "المكتب" in client.get("/ar/dialogue/").content.decode()


def test_nested_highlights_are_numbered_as_in_the_document(client):
    parent = make_highlight(make_round(2019), number=1, text_en="Two areas:")
    make_highlight(parent.round, parent=parent, number=1, marker="number", text_en="The first")

    page = client.get("/en/dialogue/rounds/2019/").content.decode()

    assert "’<bdi>1</bdi>‘" in page
    assert page.index('id="D-2019.1"') < page.index('id="D-2019.1.1"')


def test_round_without_statements_says_why(client):
    make_round(
        2022,
        line=None,
        source_url="https://example.org/",
        starts_on=date(2022, 12, 8),
        ends_on=date(2022, 12, 9),
    )

    english = client.get("/en/dialogue/rounds/2022/").content.decode()
    arabic = client.get("/ar/dialogue/rounds/2022/").content.decode()

    assert "8–9 December 2022" in english
    assert "do not cover this round" in english
    assert "8–9 كانون الأول/ديسمبر 2022" in arabic


def test_round_whose_days_are_unknown_says_so(client):
    make_round(2020)

    assert (
        "2020; day and month not known" in client.get("/en/dialogue/rounds/2020/").content.decode()
    )


@pytest.mark.whole_site
@pytest.mark.parametrize("path", ["/en/dialogue/", "/en/dialogue/rounds/2019/"])
def test_queries_do_not_grow_with_rows(client, path):
    article = make_article()
    make_placement("dialogue", article)
    dialogue_round = make_round(2019)
    add_records(article, dialogue_round, 1)
    before = count_queries(client, path)

    for number in range(2, 5):
        add_records(article, dialogue_round, number)
        make_round(2030 + number)

    assert count_queries(client, path) == before <= 5


def add_records(article, dialogue_round, number):
    make_paragraph(article)
    parent = make_highlight(dialogue_round, number=number)
    make_highlight(dialogue_round, parent=parent, number=1)
    make_participant(make_term(f"term-{number}"))
