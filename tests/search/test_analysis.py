import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.analysis import analyse, stem_english, stems, words
from search.codes import find_codes
from search.spelling import nearest_words
from search.vocabulary import KnownWord, skeleton


@pytest.mark.parametrize(
    ("form", "other_form"),
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
        ("آليات", "الآليات"),
        ("بآلياتها", "الآلية"),
        ("لآلية", "للآليات"),
        ("إلكترونية", "الإلكتروني"),
        ("وإلغاء", "الإلغاء"),
        ("إلى", "وإليها"),
        ("إلى", "الي"),
    ],
)
def test_forms_that_readers_take_for_the_same_share_their_stems(form, other_form):
    assert stems(form) == stems(other_form)


@pytest.mark.parametrize(
    ("word", "other_word"),
    [
        ("وزير", "زير"),
        ("جريمة", "جامعة"),
        ("police", "policy"),
        ("إلى", "آلية"),
        ("إليها", "آلياتها"),
    ],
)
def test_different_words_keep_different_stems(word, other_word):
    assert stems(word) != stems(other_word)


def test_words_keep_their_place_in_the_original_text():
    text = "وَباء كوفيد-19، والجريمة السيبرية (ICSE)"

    written = [text[word.start : word.end] for word in words(text)]

    assert written == ["وَباء", "كوفيد", "19", "والجريمة", "السيبرية", "ICSE"]


@pytest.mark.parametrize("text", ["", "…", "\u0640", "\u202e\u202c", "\ud800", "\x00", "ًٌٍ"])
def test_text_without_words_has_no_stems(text):
    assert stems(text) == []


def test_threads_stem_beside_each_other():
    normals = [f"cooperation{letter}ally" * 3 for letter in "abcdefgh"]
    expected = [stem_english(word) for word in normals]
    switch_interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(stem_english, normals * 50))
    finally:
        sys.setswitchinterval(switch_interval)

    assert results == expected * 50


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("جهاز", "أجهزة"),
        ("طفل", "أطفال"),
        ("سنة", "سنوات"),
        ("عضو", "أعضاء"),
        ("أصل", "أصول"),
        ("شهر", "أشهر"),
        ("نوع", "أنواع"),
        ("عام", "أعوام"),
        ("أثر", "آثار"),
        ("يوم", "أيام"),
        ("رأي", "آراء"),
        ("أداة", "أدوات"),
        ("أرض", "أراضي"),
        ("امرأة", "نساء"),
    ],
)
def test_broken_plurals_share_a_skeleton(singular, plural):
    assert skeleton(*analyse(singular)) == skeleton(*analyse(plural)) != ""


@pytest.mark.parametrize(
    ("word", "other_word"),
    [
        ("الإرهاب", "أوروبا"),
        ("جهود", "جودة"),
        ("الأمن", "من"),
        ("دور", "إدارة"),
        ("حوار", "حرية"),
        ("دين", "دون"),
        ("خط", "خطأ"),
    ],
)
def test_words_of_different_roots_share_none(word, other_word):
    assert skeleton(*analyse(word)) != skeleton(*analyse(other_word))


@pytest.mark.parametrize(
    ("text", "code_terms"),
    [
        ("GPG 1.3", "xcgpg1x3 xc1x3"),
        ("الهدف 16.4", "xc16x4"),
        ("SDG 16.a", "xcsdg16xa xc16xa"),
        ("الغاية ١٦.A", "xc16xa"),
        ("I-24/7", "xci24x7 xc24x7"),
        ("SDG 16", "xcsdg16"),
        ("عام 2020.Articles", ""),
        ("1.2.3.4.5.6", "xc1x2x3x4"),
        ("16", ""),
    ],
)
def test_codes_are_words_of_their_own(text, code_terms):
    assert " ".join(code.term for code in find_codes(text)) == code_terms


@pytest.mark.parametrize(
    ("misspelt", "base", "is_near"),
    [
        ("boast", "boats", True),
        ("batts", "boats", False),
        ("vssells", "vessels", True),
        ("vssellz", "vessels", False),
        ("harbrs", "harbours", True),
        ("hrbrs", "harbours", False),
    ],
)
def test_long_word_may_be_two_letters_off_and_a_short_one_only_one(misspelt, base, is_near):
    word = KnownWord(base, base, 1)

    nearest = nearest_words(misspelt, [word])

    assert [near for near, _weight in nearest] == ([word] if is_near else [])
