from datetime import date

import pytest
from django.utils import translation

from goals.models import Goal
from languages.languages import localized
from languages.templatetags.languages import date_range, isolated, text_by_language
from languages.templatetags.languages import localized as localized_tag


def test_text_comes_in_the_language_of_the_page():
    goal = Goal(title_ar="هدف", title_en="Goal")

    with translation.override("ar"):
        assert localized(goal, "title") == ("هدف", "ar")
    assert localized(goal, "title") == ("Goal", "en")


@pytest.mark.parametrize("missing", ["", None])
def test_text_falls_back_in_both_directions_and_says_so(missing):
    arabic, english = (
        Goal(title_ar="هدف", title_en=missing),
        Goal(title_ar=missing, title_en="Goal"),
    )

    in_english = localized_tag(arabic, "title")
    with translation.override("ar"):
        in_arabic = localized_tag(english, "title")

    assert '<span lang="ar" dir="rtl">هدف</span>' in in_english
    assert 'not yet translated; shown in <bdi lang="ar">العربية</bdi>' in in_english
    assert '<span lang="en" dir="ltr">Goal</span>' in in_arabic
    assert "English" in in_arabic


def test_text_without_any_language_is_empty():
    assert localized_tag(Goal(title_ar=None, title_en=""), "title") == ""


def test_text_is_escaped_in_both_languages():
    goal = Goal(title_ar="<b>هدف</b>", title_en="<i>Goal</i>")

    with translation.override("ar"):
        assert "<b>" not in localized_tag(goal, "title")
    assert localized_tag(goal, "title") == "&lt;i&gt;Goal&lt;/i&gt;"


def test_columns_begin_with_the_language_of_the_page():
    goal = Goal(title_ar="هدف", title_en="Goal")

    assert text_by_language(goal, "title") == [("Goal", "en"), ("هدف", "ar")]
    with translation.override("ar"):
        assert text_by_language(goal, "title") == [("هدف", "ar"), ("Goal", "en")]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("المقصد 16.a.", "المقصد <bdi>16.a</bdi>."),
        ("شبكة I-24/7، المأمونة", "شبكة <bdi>I-24/7</bdi>، المأمونة"),
        ("الهدف GPG 5.5 هنا", "الهدف <bdi>GPG 5.5</bdi> هنا"),
        ("(CARICOM IMPACS)", "(<bdi>CARICOM IMPACS</bdi>)"),
        ("حساب @INTERPOL_HQ هنا", "حساب <bdi>@INTERPOL_HQ</bdi> هنا"),
        ("GPG 1.3 و GPG 1.4.", "<bdi>GPG 1.3</bdi> و <bdi>GPG 1.4</bdi>."),
        ("عام 2023", "عام 2023"),
        ("أ & ب <ICSE>", "أ &amp; ب &lt;<bdi>ICSE</bdi>&gt;"),
        (
            "في https://x.org/id/GPG-2.1?fp=ar.1a، تاريخ",
            "في <bdi>https://x.org/id/GPG-2.1?fp=ar.1a</bdi>، تاريخ",
        ),
    ],
)
def test_latin_codes_are_isolated_in_arabic(text, html):
    assert isolated(text, "ar") == html


def test_latin_codes_are_left_alone_in_english():
    assert isolated("The I-24/7 network & more", "en") == "The I-24/7 network &amp; more"


def test_dates_are_written_in_the_form_of_the_language():
    first, last = date(2021, 10, 27), date(2021, 10, 28)

    assert date_range(first, last) == "27–28 October 2021"
    assert date_range(date(2023, 11, 28), date(2023, 12, 1)) == "28 November 2023 – 1 December 2023"
    assert date_range(first) == "27 October 2021"
    with translation.override("ar"):
        assert date_range(first, last) == "27–28 تشرين الأول/أكتوبر 2021"
        assert date_range(date(2016, 3, 15)) == "15 آذار/مارس 2016"
