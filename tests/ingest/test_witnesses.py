"""What two witnesses of a PDF say alike: by hand, and with Tesseract on the samples."""

import os

import pytest

from ingest.readers.files import read_file
from ingest.readers.ocr import is_ocr_available
from ingest.readers.process import read_page
from ingest.readers.results import Reader, ReadLine
from ingest.readers.witnesses import SENTENCE, compare_page, count_sentences
from tests.conftest import require
from tests.ingest.making import SAMPLES, SLUGS, document_lines, sample

# Recognising a page takes some 10 seconds: every eighth is tried; OCR_EVERY=1 tries all.
EVERY = int(os.environ.get("OCR_EVERY", "8"))
MIN_SHARE = 0.25  # of sentences that agree

FIRST = "تعزيز سلامة الحدود في العالم أجمع"
SECOND = "كشف الجرائم. ومنعها وتعطيلها."


def line(text, **fields):
    return ReadLine(text, Reader.PDF, page=1, **fields)


def agreed(lines, recognised):
    return [found.is_agreed for found in compare_page(lines, 1, recognised)]


def test_what_both_say_alike_is_agreed():
    lines = [line(FIRST), line(SECOND)]

    assert agreed(lines, f"{FIRST}\n\nكشف  الجرائم.\nومنعها وتعطيلها.") == [True, True]


@pytest.mark.parametrize(
    "recognised",
    [
        FIRST.replace("سلامة", "سلامه"),
        f"{FIRST}.",
        f"{FIRST} كله",
        f"وقال {FIRST}",
        " ".join(FIRST.split()[1:]),
        "",
    ],
)
def test_any_difference_leaves_the_line_to_a_person(recognised):
    assert agreed([line(FIRST)], recognised) == [False]


def test_letters_as_they_are_drawn_make_no_difference():
    assert agreed([line("الهدف الأول")], "ﺍﻟﻬﺪﻑ الأول") == [True]


def test_sentences_agree_on_their_own():
    [found] = compare_page([line(SECOND)], 1, "كشف الجرائم. ومنعها وتعطيله.")

    assert not found.is_agreed
    assert [found.text[start:end] for start, end in found.agreed] == ["كشف الجرائم."]
    assert count_sentences([found]) == 2


def test_sentences_at_unsure_ends_do_not_agree():
    text = "في العالم. كشف الجرائم. ومنعها"

    [found] = compare_page([line(text, has_sure_ends=False)], 1, text)

    assert [found.text[start:end] for start, end in found.agreed] == ["كشف الجرائم."]


def test_lines_in_another_order_are_not_agreed():
    lines = [line(FIRST), line("مكافحة الجريمة المنظمة الخطيرة والاتجار بالمخدرات")]
    recognised = "\n".join(found.text for found in reversed(lines))

    assert agreed(lines, recognised).count(True) == 1


def test_line_without_sure_ends_or_without_arabic_is_not_agreed():
    lines = [line(FIRST, has_sure_ends=False), line("INTERPOL_HQ@")]

    assert agreed(lines, f"{FIRST}\nINTERPOL_HQ@") == [False, False]


def test_line_that_is_a_part_of_a_visual_line_is_not_agreed():
    words = FIRST.split()
    lines = [line(" ".join(words[:3])), line(" ".join(words[3:]))]

    assert agreed(lines, FIRST) == [False, False]


def test_without_text_recognition_nothing_is_agreed():
    lines = [line(FIRST), ReadLine(SECOND, Reader.PDF, page=2)]

    assert compare_page(lines, 1, None) == lines[:1]


def test_page_of_a_scanned_file_has_the_recognised_lines():
    recognised = f"{FIRST}\n\n  نص آخر "

    assert compare_page([], 3, recognised) == []
    assert compare_page([], 3, recognised, is_scanned=True) == [
        ReadLine(FIRST, Reader.OCR, page=3),
        ReadLine("نص آخر", Reader.OCR, page=3),
    ]


def test_very_long_pages_are_not_compared():
    lines = [line("كلمة " * 4000)]

    assert compare_page(lines, 1, lines[0].text) == lines


def compare(name, pages, document):
    """Return the lines of some pages of a sample, compared with the recognised text of each."""
    data = sample(f"{name}.pdf")
    return [
        line
        for page in pages
        for line in compare_page(document.lines, page, read_page(data, page).text)
    ]


@pytest.mark.whole_site
def test_agreed_lines_of_the_samples_are_those_of_the_documents():
    require(is_ocr_available(), "tesseract-ocr-ara")
    names = sorted(path.stem for path in SAMPLES.glob("*.pdf"))
    read = {name: read_file(sample(f"{name}.pdf")) for name in names}
    all_pages = [(name, page + 1) for name in names for page in range(read[name].pages)]
    tried = all_pages[::EVERY]

    sentences = agreeing = 0
    for name in dict.fromkeys(name for name, _page in tried):
        expected = document_lines(SLUGS[name.split("-")[0]])
        expected_sentences = {sentence for line in expected for sentence in SENTENCE.findall(line)}
        pages = [page for other, page in tried if other == name]

        lines = compare(name, pages, read[name])

        texts = [line.text for line in lines if line.is_agreed]
        spans = [line.text[start:end] for line in lines for start, end in line.agreed]
        assert [text for text in texts if text not in expected] == []
        assert [text for text in spans if text not in expected_sentences] == []
        total = count_sentences(lines)
        print(
            f"{name}, {len(pages)} pages: {len(texts)} of {len(lines)} lines agreed, "
            f"{len(spans)} of {total} sentences ({len(spans) / total:.3f})"
        )
        sentences, agreeing = sentences + total, agreeing + len(spans)
    assert agreeing >= MIN_SHARE * sentences
