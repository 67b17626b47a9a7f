import pytest

from portal.searching import find
from tests.counting import queries_of
from tests.factories import make_goal, make_objective, make_sdg, make_term

pytestmark = pytest.mark.django_db


@pytest.fixture
def content():
    goal = make_goal(number=1, title_ar="مكافحة الإرهاب", title_en="Counter terrorism")
    make_objective(goal, text_ar="تحسين تبادل المعلومات", text_en="Improve information exchange")
    make_term("terrorism", term_ar="الإرهاب", term_en="terrorism", acronym="")
    make_sdg(16)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("الارهاب", ["GPG 1", ""]),
        ("إرهاب", ["GPG 1", ""]),
        ("Terrorism", ["GPG 1", ""]),
        ("المعلومات تبادل", ["GPG 1.1"]),
        ("informations", ["GPG 1.1"]),
        ("gpg-1.1", ["GPG 1.1"]),
        ("SDG 16", ["SDG 16"]),
        ("peace", ["SDG 16"]),
        ("terrorism information", []),
    ],
)
def test_words_are_found_in_whatever_form_and_language(content, query, codes):
    assert [hit.code for hit in find(query)] == codes


def test_text_is_shown_in_the_language_that_the_words_stand_in(content):
    (hit,) = find("تبادل")

    assert hit.text.language == "ar"
    assert "<mark>تبادل</mark>" in hit.marked


@pytest.mark.parametrize(
    "query", ["", " ", "؟!", "x" * 10_000, "a\x00b", "\u202eabc", "* OR 1=1 --", "كلمة " * 500]
)
def test_bad_queries_are_answered_politely(client, content, query):
    response = client.get("/en/search/", {"q": query})

    assert response.status_code == 200
    assert "What to try" in response.content.decode()


def test_many_places_come_in_pages(client, content):
    goal = make_goal()
    for _ in range(25):
        make_objective(goal, text_en="A plain word", text_ar="كلمة")

    first = client.get("/en/search/?q=plain").content.decode()
    last = client.get("/en/search/?q=plain&page=2").content.decode()

    assert "25 places" in first
    assert "1 to 20 are shown" in first
    assert "?q=plain&amp;page=2" in first
    assert "21 to 25 are shown" in last
    assert "21 to 25" in client.get("/en/search/?q=plain&page=99").content.decode()


def test_too_many_places_are_said_to_be(client, content):
    goal = make_goal()
    for _ in range(101):
        make_objective(goal, text_en="A plain word", text_ar="كلمة")

    assert "These are many" in client.get("/en/search/?q=plain").content.decode()


def test_queries_do_not_grow_with_hits(client, content):
    before = queries_of(client, "/en/search/?q=terrorism")
    for number in range(2, 6):
        make_goal(number=number, title_en="Terrorism")

    assert queries_of(client, "/en/search/?q=terrorism") == before <= 8
