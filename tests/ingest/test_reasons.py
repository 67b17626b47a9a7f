"""The reasons that are proposed for lines that are no content."""

import pytest

from ingest.readers.results import LineKind, Reader, ReadLine
from ingest.reasons import propose_reasons


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        *((text, "number") for text in ("12", "٣ / ٤٥", "- 7 -", "صفحة 3", "Page 3 of 9")),
        *((text, "address") for text in ("www.interpol.int", "@INTERPOL_HQ", "200, quai 69006")),
        ("أخبار ذات صلة", "caption"),
    ],
)
def test_reason_follows_from_the_text(text, reason):
    line = ReadLine(text, Reader.TEXT, LineKind.BOILERPLATE)

    assert propose_reasons([line]) == [reason]


def test_reason_follows_from_how_often_a_line_stands_in_its_document():
    twice = ReadLine("عنوان الغلاف", Reader.PDF, LineKind.BOILERPLATE)
    often = ReadLine("رأس الصفحة", Reader.PDF, LineKind.BOILERPLATE)
    web = ReadLine("المزيد", Reader.HTML, LineKind.BOILERPLATE)
    content = ReadLine("جملة.", Reader.PDF)

    lines = [twice, twice, *[often] * 4, web, content]

    assert propose_reasons(lines) == ["cover", "cover", *["repeated"] * 4, "web", None]
