import pytest

from bilingual.checks import disagreements


def never_named(acronym, arabic):
    return False


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("في عام 2023", "in 2023"),
        ("١٧ يوليو، ٢٠٢٤", "17 July 2024"),
        ("شبكة I-24/7", "the I-24/7 network"),
        ("الدورة الـ 86", "the 86th session"),
        ("المقصد 16.a", "target 16.a"),
    ],
)
def test_texts_that_say_the_same_agree(arabic, english):
    assert list(disagreements(arabic, english, never_named)) == []


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("195 بلدا", "196 countries"),
        ("في عام 2017", "then"),
        ("قاعدة ICSE", "the database"),
        ("قاعدة البيانات", "the ICSE database"),
        ("شبكة I-24/7", "the I-24 network"),
    ],
)
def test_texts_that_differ_in_a_number_or_code_are_named(arabic, english):
    assert list(disagreements(arabic, english, never_named)) != []


def test_acronym_may_stand_in_arabic_by_its_name():
    def is_named(acronym, arabic):
        return acronym == "INTERPOL" and "الإنتربول" in arabic

    assert list(disagreements("الإنتربول", "INTERPOL", is_named)) == []
    assert list(disagreements("المنظمة", "INTERPOL", is_named)) != []
