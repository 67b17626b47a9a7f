"""The pages of the glossary: the order of a dictionary, letters and numbered pages."""

import re

import pytest
from django.utils import translation

from history.recording import recording
from library.glossary import contents
from library.glossary.headwords import write_after_migrate
from library.glossary.letters import alphabet, first_letter, sort_key
from library.models import Headword, Term
from library.page_parameters import canonical_path
from tests.counting import count_queries
from tests.factories import make_objective, make_term

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch):
    """Let a page have two terms at most."""
    monkeypatch.setattr(contents, "MAX_TERMS_ON_PAGE", 2)


def make_terms(*names):
    """Make terms by their names, of which the first half of each is Arabic: "أمن security"."""
    for number, name in enumerate(names):
        arabic, english = name.split()
        make_term(f"term-{number}", term_ar=arabic, term_en=english)


def names(response):
    """Return the names of the terms on a page by the label of their letter."""
    sections = response.context["sections"]
    return {section.label: [term.term for term in section.terms] for section in sections}


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("الشرطة", "sheen"),
        ("إرهاب", "alef"),
        ("آلية التعاون", "alef"),
        ("الأمن", "alef"),
        ("التزامات الدول", "alef"),
        ("الالتزام", "alef"),
        ("التهديدات", "teh"),
        ("Éclair", "other"),
        ("24/7", "other"),
        ("«النشرات»", "noon"),
    ],
)
def test_letter_of_an_arabic_name(name, letter):
    assert first_letter(sort_key(name), "ar") == letter


@pytest.mark.parametrize(
    ("name", "letter"), [("Éclair", "e"), ("“notice”", "n"), ("24/7", "other"), ("أمن", "other")]
)
def test_letter_of_an_english_name(name, letter):
    assert first_letter(sort_key(name), "en") == letter


def test_alphabets_have_their_letters_in_order():
    assert alphabet("ar")[:3] == ["alef", "beh", "teh"]
    assert (len(alphabet("ar")), len(alphabet("en"))) == (29, 27)
    assert set(alphabet("ar")) & set(alphabet("en")) == {"other"}


def test_small_glossary_is_one_page_in_the_order_of_a_dictionary(client):
    make_terms("الشرطة police", "إرهاب terrorism", "أمن Security", "اتجار 24/7")

    response = client.get("/ar/glossary/")

    with translation.override("ar"):
        assert names(response) == {"ا": ["اتجار", "إرهاب", "أمن"], "ش": ["الشرطة"]}
    assert 'href="/ar/glossary/#letter-sheen"' in response.content.decode()
    assert list(names(client.get("/en/glossary/"))) == ["P", "S", "T", "Other"]


def test_address_of_a_letter_leads_to_it_in_a_small_glossary(client):
    make_terms("أمن security")

    response = client.get("/en/glossary/", {"letter": "s"})

    assert (response.status_code, response["Location"]) == (302, "/en/glossary/#letter-s")


def test_large_glossary_has_a_page_for_each_letter(client, few):
    make_terms("شرطة a1", "أمن a2", "أدلة a3", "إرهاب b1")

    first = client.get("/ar/glossary/")
    second = client.get("/ar/glossary/", {"letter": "alef-2"})
    other = client.get("/ar/glossary/", {"letter": "sheen"})

    assert [*map(names, (first, second, other))] == [
        {"ا": ["أدلة", "إرهاب"]},
        {"ا": ["أمن"]},
        {"ش": ["شرطة"]},
    ]
    page = second.content.decode()
    assert '<a rel="prev" href="/ar/glossary/">' in page
    assert 'rel="next"' not in page
    assert '<a href="/ar/glossary/" aria-current="true"><bdi>ا</bdi>' in page
    assert '<a href="/ar/glossary/?letter=sheen"><bdi>ش</bdi>' in page
    assert "<title>المسرد: ا · 2 –" in page
    assert 'aria-current="page"><bdi>ش</bdi>' in other.content.decode()
    assert '<link rel="canonical" href="http://testserver/ar/glossary/?letter=alef-2">' in page


def test_each_page_of_the_glossary_has_one_address(client, few):
    make_terms("أمن a1", "أدلة a2", "إرهاب b1")

    assert client.get("/en/glossary/", {"letter": "a"})["Location"] == "/en/glossary/"
    for letter in ("a-2", "c", "b-2"):
        assert client.get("/en/glossary/", {"letter": letter}).status_code == 404, letter
    for letter in ("beh", "A", "a-1", "nothing"):
        assert canonical_path("/en/glossary/", f"letter={letter}") == "/en/glossary/"
        assert names(client.get("/en/glossary/", {"letter": letter})) == {"A": ["a1", "a2"]}


def test_letter_belongs_to_the_page_of_one_language(client, few):
    make_terms("أمن a1", "شرطة a2", "إرهاب b1")

    page = client.get("/ar/glossary/", {"letter": "sheen"}).content.decode()

    assert 'hreflang="en" href="http://testserver/en/glossary/"' in page
    assert 'hreflang="ar" href="http://testserver/ar/glossary/?letter=sheen"' in page


@pytest.mark.parametrize("path", ["/ar/glossary/", "/en/glossary/?letter=b"])
def test_queries_do_not_grow_with_terms(client, few, path):
    make_terms("أمن a1", "أدلة b1", "إرهاب b2")
    before = count_queries(client, path)

    make_terms_again = [f"أمن{number} b{number}" for number in range(9)]
    Term.objects.all().delete()
    make_terms("أمن a1", *make_terms_again)

    assert count_queries(client, path) == before <= 4


def test_empty_glossary_says_so(client):
    assert "no terms yet" in client.get("/en/glossary/").content.decode()
    assert "لا مصطلحات" in client.get("/ar/glossary/").content.decode()


def test_filter_searches_the_glossary(client):
    make_terms("الشرطة police", "أمن security")
    page = client.get("/en/glossary/").content.decode()
    assert re.search(r'<form [^>]*action="/en/search/"[^>]*data-filters', page)

    found = client.get("/en/search/", {"q": "police", "section": "glossary"})

    assert [hit.title.value for hit in found.context["hits"]] == ["police"]


def stored_headwords():
    return {
        (headword.term.slug, headword.language, headword.letter, headword.sort_key)
        for headword in Headword.objects.select_related("term")
    }


def test_headwords_follow_each_change_of_a_term():
    term = make_term("a", term_ar="الأمن", term_en="Security")
    assert stored_headwords() == {("a", "ar", "alef", "امن"), ("a", "en", "s", "security")}

    term.term_en = "Public safety"
    term.save(update_fields=["term_en"])
    assert ("a", "en", "p", "public safety") in stored_headwords()

    Term.objects.update(term_ar="الشرطة")
    assert ("a", "ar", "sheen", "شرطه") in stored_headwords()

    term.delete()
    assert stored_headwords() == set()


def test_headwords_of_many_terms_are_written_at_once():
    with recording():
        made = [
            Term(
                slug=f"t{number}",
                kind="concept",
                term_en=f"Name {number}",
                source_url="https://x.test/",
            )
            for number in range(3)
        ]
        Term.objects.bulk_create(made)

    assert Headword.objects.filter(language="en", letter="n").count() == 3


def test_term_without_a_name_in_a_language_stands_under_the_other_one():
    make_term("a", term_ar="", term_en="Security")

    assert ("a", "ar", "other", "security") in stored_headwords()


def test_migrating_writes_the_headwords_that_are_missing():
    make_term("a", term_ar="الأمن", term_en="Security")
    expected = stored_headwords()
    Headword.objects.all().delete()

    write_after_migrate("default")

    assert stored_headwords() == expected


def test_many_mentions_of_a_term_are_on_numbered_pages(client, monkeypatch):
    monkeypatch.setattr("library.glossary.views.MENTIONS_PER_PAGE", 2)
    term = make_term(term_en="cybercrime")
    goal = make_objective(text_en="Prevent cybercrime.").goal
    for _ in range(2):
        make_objective(goal, text_en="Prevent cybercrime.")

    first, second = (client.get(term.get_absolute_url(), {"page": page}) for page in ("", "2"))

    assert [len(page.context["mentions"]) for page in (first, second)] == [2, 1]
    assert "3 passages · 1 to 2 are shown" in first.content.decode()
    assert f'<a rel="next" href="{term.get_absolute_url()}?page=2">' in first.content.decode()
    assert f'<a rel="prev" href="{term.get_absolute_url()}">' in second.content.decode()
    assert client.get(term.get_absolute_url(), {"page": "3"}).status_code == 404
