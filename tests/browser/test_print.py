"""Printed pages: the order of Arabic, both languages, codes, addresses and sources."""

import re
import shutil
import subprocess

import pytest

from tests.conftest import require


@pytest.fixture
def printed(open_page, tmp_path):
    """A function that prints a page and returns the text of the PDF."""
    pdftotext = shutil.which("pdftotext")
    require(pdftotext, "pdftotext (Debian's poppler-utils)")

    def print_page(path):
        page = open_page(path)
        page.wait_for_load_state("networkidle")
        page.emulate_media(media="print")
        file = tmp_path / "page.pdf"
        page.pdf(path=file, prefer_css_page_size=True, format="A4")
        result = subprocess.run([pdftotext, "-layout", file, "-"], capture_output=True, check=True)
        # pdftotext adds marks of direction.
        text = re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u0640]", "", result.stdout.decode())
        return re.sub(r"[ \n]+", " ", text)

    return print_page


def test_goal_is_printed_in_the_order_of_its_words(printed):
    text = printed("/ar/goals/border-integrity/")

    assert "تعزيز سلامة الحدود في العالم أجمع" in text
    assert "كشف وتعطيل الأنشطة الإجرامية وتحركات المجرمين" in text
    assert "GPG 2.1" in text
    assert "/id/GPG-2.1" in text
    assert "الإتربول" in text  # the error in the document, which the page corrects
    assert "المحتويات" not in text
    assert "إلى الإحاطة" not in text


def test_parallel_page_is_printed_in_both_languages(printed):
    text = printed("/en/goals/border-integrity/?view=parallel")

    assert "Promote border" in text
    assert "تعزيز سلامة الحدود" in text
    assert "Detect and disrupt criminal" in text
    assert "كشف وتعطيل الأنشطة" in text


def test_brief_is_printed_with_contents_sources_and_date(printed):
    text = printed("/ar/brief/?items=GPG-2.1,GPG-2-SDG-16.4&title=إحاطة الحدود")

    assert "إحاطة الحدود" in text
    assert "المحتويات" in text
    assert "المصادر" in text
    assert "/id/GPG-2-SDG-16.4" in text
    assert re.search(r"\b20\d\d\b", text)
    assert "Detect and disrupt criminal" in text


def test_every_sheet_carries_the_name_of_the_portal_and_its_number(printed):
    text = printed("/ar/goals/vulnerable-communities/")

    assert text.count("أهداف العمل الشرطي العالمي – قاعدة معارف") >= 3
    assert re.search(r"\b[3-9] ?/ ?[3-9]\b", text)
