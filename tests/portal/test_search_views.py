"""The search page and the suggestions."""

import json
import re

import pytest

from goals.models import Goal, Objective
from sdg_links.models import Sdg
from search import fulltext_query
from search.engine import MAX_CANDIDATES
from search.engine import search as run_search
from search.indexing import postponed_indexing
from search.models import UnansweredQuery
from search.unanswered import write_pending
from tests.counting import count_queries
from tests.factories import make_goal, make_objective, make_sdg, make_sdg_link, make_term

pytestmark = pytest.mark.django_db


@pytest.fixture
def content():
    with postponed_indexing():
        goal = make_goal(number=1, title_ar="مكافحة الإرهاب", title_en="Counter terrorism")
        make_objective(
            goal, text_ar="تحسين تبادل المعلومات", text_en="Improve information exchange"
        )
        make_term("terrorism", term_ar="الإرهاب", term_en="terrorism", acronym="")
        make_sdg_link(goal, make_sdg(16), target="16.a")


def page(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    return response


def codes(response):
    return [hit.code for hit in response.context["hits"]]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("الارهاب", "GPG 1"),
        ("إرهاب", "GPG 1"),
        ("Terrorism", "GPG 1"),
        ("المعلومات تبادل", "GPG 1.1"),
        ("informations", "GPG 1.1"),
        ("gpg-1.1", "GPG 1.1"),
        ("GPG 1", "GPG 1"),
        ("SDG 16", "SDG 16"),
        ("١٦.a SDG 16", "GPG 1 SDG 16.a"),
        ("peace", "SDG 16"),
        ("“information exchange”", "GPG 1.1"),
        ("«تبادل المعلومات»", "GPG 1.1"),
    ],
)
def test_words_are_found_in_whatever_form_and_language(client, content, query, first):
    assert codes(page(client, "/en/search/", q=query))[0] == first


def test_phrase_is_found_only_as_it_stands(client, content):
    assert codes(page(client, "/en/search/", q='"exchange information"')) == []


def test_title_says_how_many_places_were_found(client, content):
    html = page(client, "/ar/search/", q="تبادل").content.decode()
    assert "<title>البحث عن «تبادل» · موضع واحد –" in html
    assert "· 0 places –" in page(client, "/en/search/", q="zzqqxx").content.decode()


def test_places_without_all_words_say_which_they_lack(client, content):
    hits = page(client, "/en/search/", q="terrorism exchange").context["hits"]

    assert hits[0].missing == []
    assert {tuple(hit.missing) for hit in hits[1:]} <= {("terrorism",), ("exchange",)}


def test_term_stands_beside_the_places(client, content):
    response = page(client, "/ar/search/", q="الإرهاب")

    assert [term.title.value for term in response.context["terms"]] == ["الإرهاب"]
    assert "في المسرد" in response.content.decode()


@pytest.mark.parametrize("query", ["GPG 1 SDG 16.a", "GPG 1", "SDG 16"])
def test_code_is_shown_with_the_text_of_the_readers_language(client, content, query):
    for language in ["ar", "en"]:
        hits = page(client, f"/{language}/search/", q=query).context["hits"]
        assert {hit.text.language for hit in hits[:3]} == {language}


def test_text_is_shown_in_the_language_that_the_words_stand_in(client, content):
    response = page(client, "/en/search/", q="تبادل")

    (hit,) = response.context["hits"]
    assert (hit.text.language, "<mark>تبادل</mark>" in hit.snippet) == ("ar", True)
    assert "found in the text in" in response.content.decode()


def test_results_are_narrowed_by_filters_that_say_how_many_they_leave(client, content):
    response = page(client, "/en/search/", q="terrorism information")
    sections = {
        choice.label.value: choice.count for choice in response.context["choices"]["section"]
    }
    assert sections["Goals"] == 2
    assert sections["Glossary"] == 1

    narrowed = page(client, "/en/search/", q="terrorism information", section="goals", sdg="16")
    assert codes(narrowed) == ["GPG 1.1", "GPG 1"]
    chosen = [choice for choice in narrowed.context["choices"]["section"] if choice.is_chosen]
    assert [choice.query for choice in chosen] == ["q=terrorism+information&sdg=16"]
    assert codes(page(client, "/en/search/", q="terrorism", section="dialogue")) == []


def test_link_of_a_filter_has_the_count_and_says_whether_it_is_chosen(client, content):
    html = page(client, "/en/search/", q="terrorism", section="goals").content.decode()

    name = '<span lang="en" dir="ltr">{}</span> <span class="count">{}</span></a>'
    assert f'<a href="?q=terrorism" aria-current="true">{name.format("Goals", 2)}' in html
    glossary = name.format("Glossary", 1)
    assert f'<a href="?q=terrorism&amp;section=glossary">{glossary}' in html


@pytest.mark.parametrize(
    ("language", "shown", "numbered"),
    [
        ("ar", "والمعروض منها من 1 إلى 10", "الصفحة 1 من 2"),
        ("en", "1 to 10 are shown", "Page 1 of 2"),
    ],
)
def test_page_says_which_places_it_shows(client, language, shown, numbered):
    with postponed_indexing():
        goal = make_goal()
        for _ in range(12):
            make_objective(goal, text_en="Seize vessels")

    html = page(client, f"/{language}/search/", q="vessels").content.decode()

    assert shown in html
    assert f"<span>{numbered}</span>" in html


def test_search_shows_each_edit_in_each_language(client, content):
    goal, document = Goal.objects.get(), Goal.objects.get().line.document
    sdg = Sdg.objects.get()

    def pages():
        return [
            page(client, f"/{language}/search/", q="GPG 1").content.decode()
            for language in ("ar", "en")
        ]

    pages()
    goal.title_ar, goal.title_en = "منع الإرهاب", "Prevent <terrorism>"
    document.short_title_ar, document.short_title_en = "تقرير ثان", "Second & last report"
    sdg.name_ar, sdg.name_en = "سلام", "Calm"
    for record in (goal, document, sdg):
        record.save()

    arabic, english = pages()
    for text in ("منع الإرهاب</span></a>", "تقرير ثان</span>، <a", "16. سلام</span>"):
        assert text in arabic
    for text in (
        "Prevent &lt;terrorism&gt;</span></a>",
        "Second &amp; last report</span>, <a",
        "16. Calm</span>",
    ):
        assert text in english


def test_same_search_finds_the_same_again(content):
    first, again = [run_search("terorism المعلومات", filters={"sdg": "16"}) for _ in range(2)]

    assert first.ranked
    assert first == again


def test_glossary_is_a_section_like_others(client, content):
    response = page(client, "/en/search/", q="terrorism", section="glossary")

    assert [hit.title.value for hit in response.context["hits"]] == ["terrorism"]


def test_misspelt_word_is_put_right(client, content):
    response = page(client, "/en/search/", q="terorism")

    assert response.context["results"].correction == "terrorism"
    assert "Did you mean" in response.content.decode()
    assert codes(response)[0] == "GPG 1"


@pytest.mark.parametrize(
    ("query", "present", "tempting"),
    [("سلاح", "الأسلحة", "السلام"), ("امرأة", "النساء", "الأمر"), ("المرأة", "النساء", "الأمر")],
)
def test_plural_of_a_word_is_no_misspelling_of_another(client, query, present, tempting):
    goal = make_goal(number=1, title_ar="عنوان")
    make_objective(goal, text_ar=tempting)
    make_objective(goal, text_ar=present)
    response = page(client, "/ar/search/", q=query)

    assert [f"<mark>{present}</mark>" in hit.snippet for hit in response.context["hits"]] == [True]
    assert not response.context["results"].correction


def test_no_word_is_put_right_to_one_that_says_nothing(client):
    make_objective(make_goal(number=1), text_en="It is ours")

    assert page(client, "/en/search/", q="ist").context["results"].correction == ""


@pytest.mark.parametrize("name", ["section", "document", "sdg", "page"])
@pytest.mark.parametrize("value", ["x' OR 1", "\x00", "٩٩", "999", "-1", "goals\u202e"])
def test_strange_filters_do_no_harm(client, content, name, value):
    page(client, "/en/search/", q="terrorism", **{name: value})


# fmt: off
BAD = [
    "", " ", "؟!", "x" * 10_000, "a\x00b", "\u202eabc", "* OR 1=1 --", "كلمة " * 500, '"', '""',
    "«»",
    "NEAR(a b)", "a AND (b OR", "a:* & !b | <->", "'; DROP TABLE search_searchentry; --", "\ud800",
    "ً", "ـ", "%", "\\", "{}", "^", "-", "ﷺ", "𓀀", "²A", "e\u0301" * 100,
]
# fmt: on


@pytest.mark.parametrize("address", ["/en/search/", "/ar/search/", "/en/search/suggestions/"])
def test_bad_queries_are_answered_politely(client, content, address):
    help_title = "What to try" if address.startswith("/en/") else "ما يمكنك تجربته"
    for query in BAD:
        response = client.get(address, {"q": query.encode("utf-8", "surrogatepass")})

        assert response.status_code == 200, query
        if not address.endswith("/suggestions/"):
            has_help = f"<h2>{help_title}</h2>" in response.content.decode()
            assert response.context["hits"] or has_help, query


def test_what_was_left_out_is_said(client, content):
    assert "first 200 characters" in page(client, "/en/search/", q="x" * 300).content.decode()
    assert "first 12 words" in page(client, "/en/search/", q="word " * 30).content.decode()


def test_nothing_found_helps_on(client, content):
    response = page(client, "/en/search/", q="inforxyz")

    text = response.content.decode()
    assert "Nothing was found" in text
    assert "What to try" in text
    assert response.context["nearest"] == ["information"]


def test_queries_that_found_nothing_are_counted_without_who_asked(client, content):
    for _ in range(2):
        page(client, "/en/search/", q="Zzqqxx  «»")
    page(client, "/ar/search/", q="zzqqxx")
    page(client, "/en/search/", q="terrorism")
    page(client, "/en/search/", q="q" * 150)
    write_pending()

    rows = UnansweredQuery.objects.values_list("text", "language", "count")
    assert sorted(rows) == [("zzqqxx", "ar", 1), ("zzqqxx", "en", 2)]
    fields = {field.name for field in UnansweredQuery._meta.fields}
    assert fields == {"id", "text", "language", "count", "last_asked"}


CHOICES = {"app_label": "library", "model_name": "headword", "field_name": "term"}


def test_query_that_found_nothing_becomes_another_name_of_a_term(admin_client, content):
    term = make_term("drones", term_ar="الطائرات المسيرة", term_en="drones")
    page(admin_client, "/en/search/", q="درون")
    write_pending()
    (query,) = UnansweredQuery.objects.all()
    address = f"/en/admin/search/unansweredquery/{query.pk}/change/"
    form = admin_client.get(address).content.decode()
    list_address = re.search('data-ajax--url="(.*?)"', form)[1]
    choices = admin_client.get(list_address, CHOICES | {"term": "drones"})

    assert "is another name of" in form
    assert "drones" not in form  # the form does not grow with the glossary
    assert choices.json()["results"] == [{"id": str(term.pk), "text": "drones"}]

    admin_client.post(address, {"term": term.pk})

    term.refresh_from_db()
    assert term.forms_ar == "درون"
    assert not UnansweredQuery.objects.exists()
    assert page(admin_client, "/en/search/", q="درون").context["terms"]


@pytest.mark.whole_site
def test_many_places_come_in_pages_that_keep_the_filter(client, content):
    goal = make_goal()
    for _ in range(25):
        make_objective(goal, text_en="A plain word", text_ar="كلمة")

    address = "/en/search/?q=plain&section=goals"
    first = client.get(address).content.decode()
    last = client.get(f"{address}&page=3").content.decode()

    assert "<title>Search for “plain” · 25 places –" in first
    assert "1 to 10 are shown" in first
    assert "?q=plain&amp;section=goals&amp;page=2" in first
    assert "21 to 25 are shown" in last
    assert "21 to 25" in client.get(f"{address}&page=99").content.decode()


@pytest.mark.whole_site
def test_too_many_places_are_said_to_be_many(client):
    goal = make_goal(title_en="A title")
    objectives = [make_objective(goal, text_en="A plain word") for _ in range(101)]
    text = page(client, "/en/search/", q="plain").content.decode()
    assert "101 places" in text
    assert "These are many" in text

    objectives[0].delete()
    text = page(client, "/en/search/", q="plain").content.decode()
    assert "100 places" in text
    assert "These are many" not in text


def test_queries_do_not_grow_with_hits(client, content):
    before = count_queries(client, "/en/search/?q=terrorism")
    for number in range(2, 6):
        make_goal(number=number, title_en="Terrorism")

    assert count_queries(client, "/en/search/?q=terrorism") == before <= 18


def suggested(client, typed, language="en"):
    response = client.get(f"/{language}/search/suggestions/", {"q": typed})
    return json.loads(response.content)["suggestions"]


def test_codes_titles_terms_and_words_are_suggested(client, content):
    assert [row["label"] for row in suggested(client, "gpg-1")] == [
        "GPG 1",
        "GPG 1.1",
        "GPG 1 SDG 16.a",
    ]
    kinds = {row["kind"]: row for row in suggested(client, "terr")}
    assert kinds["word"]["url"] == "/en/search/?q=terrorism"
    assert kinds["term"]["url"] == "/en/glossary/terrorism/"
    assert kinds["code"]["text"] == "Counter terrorism"
    (word,) = [row for row in suggested(client, "الإره", "ar") if row["kind"] == "word"]
    assert (word["label"], word["direction"]) == ("الإرهاب", "rtl")


def test_drafts_are_not_suggested(client):
    make_goal(number=1, title_en="Harbours", is_published=False)

    assert suggested(client, "gpg") == []
    assert [row for row in suggested(client, "harb") if row["kind"] != "word"] == []


def test_commas_are_those_of_the_language(client, content):
    for language, comma in [("ar", "، "), ("en", ", ")]:
        html = page(client, f"/{language}/search/", q="GPG 1.1").content.decode()
        assert set(re.findall(r'</span>([^<]*)<a href="[^"]*#L', html)) == {comma}


def test_title_in_another_language_leaves_the_text_in_the_readers(client):
    make_term("ncb", term_en="NCB", definition_en="An office.", definition_ar="مكتب")

    (hit,) = page(client, "/ar/search/", q="NCB", section="glossary").context["hits"]
    assert (hit.text.value, hit.text.language) == ("مكتب", "ar")


@pytest.mark.parametrize(
    ("query", "correction"), [("vssells", "vessels"), ("boast", "boats"), ("batts", "")]
)
def test_long_word_is_put_right_with_two_wrong_letters_and_a_short_one_with_one(
    client, query, correction
):
    make_objective(make_goal(number=1), text_en="Seize vessels and boats")

    response = page(client, "/en/search/", q=query)

    assert response.context["results"].correction == correction
    assert codes(response) == (["GPG 1.1"] if correction else [])


def test_words_that_stand_together_come_before_the_same_words_apart(client):
    goal = make_goal(number=1)
    make_objective(goal, text_en="Vessels are seized in the harbours by police officers at night")
    make_objective(goal, text_en="Vessels in harbours are seized by the police officers at night")
    make_objective(goal, text_en="Police officers at night seized by the vessels of the harbours")

    response = page(client, "/en/search/", q="vessels harbours")

    assert codes(response) == ["GPG 1.2", "GPG 1.3", "GPG 1.1"]


def test_word_brings_the_six_commonest_words_of_its_root(client):
    related = ["خابر", "خبار", "خبور", "خبير", "خيبر", "خوبر"]
    with postponed_indexing():
        goal = make_goal(number=1, title_ar="عنوان")
        for text in ["خبر", " ".join(related), *related, "خاوبر"]:
            make_objective(goal, text_ar=text)

    found = codes(page(client, "/ar/search/", q="خبر"))

    assert sorted(found) == [f"GPG 1.{number}" for number in range(1, 9)]


def test_counts_of_a_facet_obey_the_filters_by_the_others_only(client, content):
    query = {"q": "terrorism information", "section": "goals"}

    choices = page(client, "/en/search/", **query).context["choices"]

    counts = {
        facet: {choice.label.value: choice.count for choice in choices[facet]}
        for facet in ("section", "sdg")
    }
    assert counts == {
        "section": {"Goals": 2, "SDGs": 1, "Glossary": 1},
        "sdg": {"16. Peace, justice and strong institutions": 2},
    }


def make_many_objectives(text):
    """Make as many objectives with a text as a search fetches in one step."""
    goal = make_goal(number=2)
    Objective.objects.bulk_create(
        Objective(
            goal=goal,
            number=number,
            code=f"GPG 2.{number}",
            text_ar="نص",
            text_en=text,
            line=goal.line,
        )
        for number in range(1, MAX_CANDIDATES + 1)
    )


def test_title_is_found_however_many_newer_texts_have_its_words(client):
    make_goal(number=1, title_en="Safe harbours")
    make_many_objectives("Guard safe harbours")

    response = page(client, "/en/search/", q="safe harbours")

    assert codes(response)[0] == "GPG 1"


def test_filter_finds_what_newer_texts_of_other_sections_would_leave_out(client):
    make_term("port", term_en="port", definition_en="Guarded as harbours are.")
    make_many_objectives("Guard harbours")

    response = page(client, "/en/search/", q="harbours", section="glossary")

    assert [hit.title.value for hit in response.context["hits"]] == ["port"]


def test_of_equal_places_the_older_one_comes_first(client):
    goal = make_goal(number=1)
    for _ in range(3):
        make_objective(goal, text_en="Seize vessels")

    response = page(client, "/en/search/", q="vessels")

    assert codes(response) == ["GPG 1.1", "GPG 1.2", "GPG 1.3"]


class SlowMatcher(fulltext_query.Matcher):
    """Takes `seconds` for each step of a search, by its own clock `now`.

    PostgreSQL has another clock: it sleeps for a moment, which is too long only where no time is
    left.
    """

    seconds = now = 0

    def newest(self, *arguments, **options):
        ids = super().newest(*arguments, **options)
        SlowMatcher.now += self.seconds
        return ids

    def fetch(self, statement, parameters):
        if "vector @@" in statement:
            slow = "SELECT found.* FROM (SELECT pg_sleep(0.05)) AS slow"
            statement = f"{slow}, ({statement}) AS found"
        return super().fetch(statement, parameters)


@pytest.mark.parametrize(
    ("seconds", "found"), [(0.5, ["GPG 1.1", "GPG 1.2", "GPG 1.3"]), (3, ["GPG 1.1"])]
)
def test_search_of_more_than_two_seconds_ends_with_what_it_has_found(
    client, seconds, found, monkeypatch
):
    goal = make_goal(number=1)
    for text in ["Seize vessels in harbours", "Seize vessels", "Guard harbours"]:
        make_objective(goal, text_en=text)
    monkeypatch.setattr(SlowMatcher, "now", 0)
    monkeypatch.setattr(SlowMatcher, "seconds", seconds)
    monkeypatch.setattr(fulltext_query, "Matcher", SlowMatcher)
    monkeypatch.setattr(fulltext_query, "monotonic", lambda: SlowMatcher.now)
    monkeypatch.setattr(fulltext_query, "INSTRUCTIONS_PER_CHECK", 1)

    response = page(client, "/en/search/", q="vessels harbours")

    assert sorted(codes(response)) == found
    assert ("took too long" in response.content.decode()) == (len(found) == 1)
