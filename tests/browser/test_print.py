"""Printed pages: the order of Arabic, both languages, codes, addresses and sources."""

import re


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
