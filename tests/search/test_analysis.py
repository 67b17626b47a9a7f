import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.analysis import english_stem, stems, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("الإرهاب", "ارهاب"),
        ("المستوى", "المستوي"),
        ("الشرطة الدولية", "الشرطه الدوليه"),
        ("والأمن", "الامن"),
        ("مسؤولية", "مسئولية"),
        ("السيبراني", "السيبرانية"),
        ("الإنتربول", "إنتربول"),
        ("٢٠٣٠", "2030"),
        ("بِالأَسْلِحَةِ", "بالاسلحة"),
        ("النــاريّة", "النارية"),
        ("جهات", "جهة"),
        ("organised crimes", "organized crime"),
        ("INTERPOL’s networks", "interpol network"),
        ("الإنتربولI-24/7", "الإنتربول I-24/7"),
    ],
)
def test_forms_that_readers_take_for_the_same_share_their_stems(one, other):
    assert stems(one) == stems(other)


@pytest.mark.parametrize(
    ("one", "other"), [("وزير", "زير"), ("جريمة", "جامعة"), ("police", "policy")]
)
def test_different_words_keep_different_stems(one, other):
    assert stems(one) != stems(other)


def test_words_keep_their_place_in_the_original_text():
    text = "وَباء كوفيد-19، والجريمة السيبرية (ICSE)"

    found = [text[word.start : word.end] for word in words(text)]

    assert found == ["وَباء", "كوفيد", "19", "والجريمة", "السيبرية", "ICSE"]


@pytest.mark.parametrize("text", ["", "…", "\u0640", "\u202e\u202c", "\ud800", "\x00", "ًٌٍ"])
def test_text_without_words_has_no_stems(text):
    assert stems(text) == []


def test_threads_stem_beside_each_other():
    asked = [f"cooperation{letter}ally" * 3 for letter in "abcdefgh"]
    expected = [english_stem(word) for word in asked]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            found = list(threads.map(english_stem, asked * 50))
    finally:
        sys.setswitchinterval(usual)

    assert found == expected * 50
