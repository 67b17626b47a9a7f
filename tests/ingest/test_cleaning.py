"""Repairs that are always right, and what they leave alone."""

import pytest

from ingest.readers.cleaning import clean
from ingest.readers.results import Reader, ReadLine, Repair, RepairKind


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("اإلرهاب", "الإرهاب"),
        ("األهداف", "الأهداف"),
        ("اآللية", "الآلية"),
        ("االتجار", "الاتجار"),
        ("واألمن", "والأمن"),
        ("باإلضافة", "بالإضافة"),
        ("(األمن)", "(الأمن)"),
    ],
)
def test_turned_lam_alef_is_mended_at_the_start_of_a_word(before, after):
    line = clean(ReadLine(f"منع {before} هنا", Reader.PDF))

    assert line.text == f"منع {after} هنا"
    assert line.repairs == (Repair(RepairKind.LAM_ALEF, before, after),)


@pytest.mark.parametrize("text", ["الإرهاب", "سؤال", "إلى الآن", "مآل", "رأال", "أال", "قراءات"])
def test_other_words_stay(text):
    assert clean(ReadLine(text, Reader.PDF)) == ReadLine(text, Reader.PDF)


def test_letters_as_they_are_drawn_become_plain_letters():
    line = clean(ReadLine("ﺍﻟﻬﺪﻑ ﻻ ﷲ ﷺ … ½", Reader.PDF))

    assert line.text == "الهدف لا الله ﷺ … ½"
    assert [repair.kind for repair in line.repairs] == [RepairKind.PRESENTATION] * 3


def test_joiners_that_change_a_letter_stay():
    assert clean(ReadLine("هـ\u200d قال", Reader.TEXT)).text == "هـ\u200d قال"
