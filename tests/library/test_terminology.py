import pytest

from library.glossary.terminology import Terminology, all_terms_loaded
from library.models import Term
from tests.factories import make_term
from translations.checks import failed_checks

TERMS = [
    Term(
        slug="cybercrime",
        term_ar="الجريمة السيبرية",
        term_en="cybercrime",
        forms_ar="الجرائم السيبرية",
    ),
    Term(
        slug="interpol",
        term_ar="المنظمة الدولية للشرطة الجنائية",
        term_en="International Criminal Police Organization",
        acronym="INTERPOL",
        forms_ar="الإنتربول",
    ),
    Term(slug="dialogue", term_ar="حوار الإنتربول", term_en="INTERPOL Dialogue"),
    Term(slug="eco", term_ar="منظمة التعاون", term_en="Economic Organization", acronym="ECO"),
    Term(slug="sharing", term_ar="تبادل المعلومات", term_en="information exchange"),
    Term(slug="views", term_ar="تبادل الرأي", term_en="exchange of views"),
    Term(
        slug="agencies",
        term_ar="أجهزة إنفاذ القانون",
        term_en="law enforcement agencies",
    ),
    Term(slug="assembly", term_ar="الجمعية العامة", term_en="General Assembly", acronym="GA"),
]


@pytest.fixture
def terminology():
    return Terminology(TERMS)


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("مكافحة الجرائم السيبرية", "combating cybercrimes"),
        ("وللجريمة السيبرية", "and for cybercrime"),
        ("حوار الإنتربول", "the INTERPOL Dialogue"),
        ("تبادل المزيد من المعلومات", "to exchange more information"),
        ("لأجهزة إنفاذ القانون", "for law enforcement"),
        ("الإنتربول", "INTERPOL"),
        ("سيارات صديقة للبيئة", "eco cars"),
    ],
)
def test_names_of_the_glossary_are_known_in_their_forms(terminology, arabic, english):
    assert terminology.problems(arabic, english, "ar", "en") == []
    assert terminology.problems(english, arabic, "en", "ar") == []


@pytest.mark.parametrize(
    ("source", "target", "languages", "piece"),
    [
        ("مكافحة الجرائم السيبرية", "combating online crime", ("ar", "en"), "الجرائم السيبرية"),
        ("against cybercrime", "مكافحة جرائم الحاسوب", ("en", "ar"), "cybercrime"),
        (
            "تبادل الرأي",
            "views. Many years have gone since the exchange",
            ("ar", "en"),
            "تبادل الرأي",
        ),
        ("ECO states", "دول", ("en", "ar"), "ECO"),
    ],
)
def test_other_words_are_no_names_of_the_glossary(terminology, source, target, languages, piece):
    [problem] = terminology.problems(source, target, *languages)

    assert (problem.code, problem.piece, problem.language) == ("terms", piece, languages[0])


def test_name_within_a_name_needs_no_rendering_of_its_own(terminology):
    terms = [*TERMS, Term(slug="unit", term_ar="وحدة الجريمة السيبرية", term_en="Cyber Unit")]

    problems = Terminology(terms).problems("وحدة الجريمة السيبرية", "Cyber Unit", "ar", "en")

    assert problems == []


def test_problem_names_what_the_glossary_has(terminology):
    [problem] = terminology.problems("الجريمة السيبرية", "online crime", "ar", "en")

    assert problem.message == (
        "The glossary renders “الجريمة السيبرية” as “cybercrime”, which is not there."
    )


def test_acronym_is_known_by_its_arabic_name(terminology):
    assert terminology.is_named("INTERPOL", "للإنتربول", "ar")
    assert terminology.is_named("GA", "الجمعية العامة", "ar")
    assert not terminology.is_named("GA", "للإنتربول", "ar")
    assert not terminology.is_named("FBI", "للإنتربول", "ar")


@pytest.mark.django_db
def test_terms_are_looked_up_by_one_query_however_many_there_are(django_assert_num_queries):
    source, target = "مكافحة الجريمة السيبرية", "combating online crime"
    make_term("cybercrime", term_ar="الجريمة السيبرية", term_en="cybercrime")
    for number in range(5):
        make_term(f"other-{number}", term_ar=f"الجريمة {number}", term_en=f"crime {number}")

    with django_assert_num_queries(1):
        [check] = failed_checks("unit", source, target, "ar", "en")

    assert (check.problem.code, check.problem.piece) == ("terms", "الجريمة السيبرية")


@pytest.mark.django_db
def test_terms_are_loaded_once_for_many_checks(django_assert_num_queries):
    source, target = "مكافحة الجريمة السيبرية", "combating online crime"
    make_term("cybercrime", term_ar="الجريمة السيبرية", term_en="cybercrime")

    with django_assert_num_queries(1), all_terms_loaded():
        loaded = [failed_checks("unit", source, target, "ar", "en") for _ in range(3)]

    assert loaded == [failed_checks("unit", source, target, "ar", "en")] * 3


@pytest.mark.django_db
def test_words_on_both_sides_of_an_address_are_looked_up_as_they_are_compared():
    make_term("exchange", term_ar="تبادل المعلومات", term_en="information exchange")

    [check] = failed_checks(
        "unit", "تبادل https://example.org/ المعلومات", "https://example.org/ talks", "ar", "en"
    )

    assert check.problem.code == "terms"
