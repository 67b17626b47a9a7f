"""DOCX files as a reader of Word sees them."""

import pytest

from ingest.readers.docx import Changes, read_docx
from ingest.readers.files import read_file
from ingest.readers.results import NoticeKind
from tests.ingest.making import (
    SLUGS,
    document_lines,
    level,
    make_docx,
    paragraph,
    part,
    run,
    sample,
)


def lines_of(*paragraphs, changes=Changes.ACCEPT, **parts):
    document = read_docx(make_docx(*paragraphs, **parts), changes)
    return [line.text for line in document.lines]


def list_of(*levels, number="1", rest=""):
    """Return an abstract numbering with its numbering."""
    return (
        f'<w:abstractNum w:abstractNumId="{number}">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/>{rest}</w:num>'
    )


@pytest.mark.parametrize(("name", "slug"), SLUGS.items())
def test_samples_give_the_documents_line_for_line(name, slug):
    document = read_file(sample(f"{name}.docx"))

    assert [line.text for line in document.lines] == document_lines(slug)
    assert document.notices == []


@pytest.mark.parametrize(
    ("number_format", "marks"),
    [
        ("decimal", ["1.", "2.", "3."]),
        ("decimalZero", ["01.", "02.", "03."]),
        ("hindiNumbers", ["١.", "٢.", "٣."]),
        ("arabicAlpha", ["أ.", "ب.", "ت."]),
        ("arabicAbjad", ["أ.", "ب.", "ج."]),
        ("lowerRoman", ["i.", "ii.", "iii."]),
        ("upperLetter", ["A.", "B.", "C."]),
    ],
)
def test_numbers_are_written_in_their_format(number_format, marks):
    items = [paragraph("بند", numbering=1) for _number in range(3)]

    lines = lines_of(*items, numbering=list_of(level(0, number_format, "%1.")))

    assert lines == [f"{mark} بند" for mark in marks]


def test_ordinals_are_written_and_named_as_uncertain():
    numbering = list_of(level(0, "ordinalText", "%1."))
    data = make_docx(*[paragraph("بند", numbering=1)] * 2, numbering=numbering)

    document = read_docx(data, Changes.ACCEPT)

    assert [line.text for line in document.lines] == ["أول. بند", "ثاني. بند"]
    assert [notice.kind for notice in document.notices] == [NoticeKind.NUMBERING]
    assert lines_of(
        paragraph("item", numbering=1, properties=""), numbering=list_of(level(0, "ordinal", "%1"))
    ) == ["1st item"]


def test_numbers_of_a_custom_format_have_its_digits():
    custom = (
        '<mc:AlternateContent><mc:Choice Requires="w14"><w:numFmt w:val="custom" '
        'w:format="٠٠١, ٠٠٢, ..."/></mc:Choice></mc:AlternateContent>'
    )
    numbering = list_of(level(0, "decimal", "%1-", start=9, rest=custom))

    assert lines_of(*[paragraph("بند", numbering=1)] * 2, numbering=numbering) == [
        "٠٠٩- بند",
        "٠١٠- بند",
    ]


def test_bullets_are_those_that_are_drawn():
    numbering = list_of(
        level(0, "bullet", "\uf0b7"), level(1, "bullet", "-"), level(2, "bullet", "\uf0a7")
    )

    lines = lines_of(
        *[paragraph("بند", numbering=1, level=depth) for depth in range(3)], numbering=numbering
    )

    assert lines == ["• بند", "- بند", "▪ بند"]


def test_nested_levels_count_and_start_again():
    numbering = list_of(
        level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "arabicAbjad", "(%3)")
    )
    depths = [0, 1, 2, 2, 1, 2, 0, 1]

    lines = lines_of(
        *[paragraph("ن", numbering=1, level=depth) for depth in depths], numbering=numbering
    )

    marks = ["1.", "1.1", "(أ)", "(ب)", "1.2", "(أ)", "2.", "2.1"]
    assert lines == [f"{mark} ن" for mark in marks]


def test_level_that_never_restarts_goes_on():
    never = '<w:lvlRestart w:val="0"/>'
    numbering = list_of(level(0, "decimal", "%1."), level(1, "decimal", "%2)", rest=never))

    lines = lines_of(
        *[paragraph("ن", numbering=1, level=depth) for depth in [0, 1, 0, 1]], numbering=numbering
    )

    assert lines == ["1. ن", "1) ن", "2. ن", "2) ن"]


def test_numbering_with_its_own_start_begins_anew():
    numbering = list_of(level(0, "decimal", "%1.")) + (
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="5"/></w:lvlOverride></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>'
    )

    lines = lines_of(
        *[paragraph("ن", numbering=number) for number in [1, 1, 2, 2, 3]], numbering=numbering
    )

    assert lines == ["1. ن", "2. ن", "5. ن", "6. ن", "7. ن"]


def test_numbering_of_a_style_is_found_through_the_styles_it_is_based_on():
    styles = part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="1"/>'
        '</w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Item">'
        '<w:basedOn w:val="Base"/></w:style>',
    )
    item = paragraph("بند", properties='<w:pStyle w:val="Item"/><w:bidi/>')
    without = paragraph(
        "نص", properties='<w:pStyle w:val="Item"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    )

    lines = lines_of(
        item, without, item, numbering=list_of(level(0, "decimal", "%1.")), styles=styles
    )

    assert lines == ["1. بند", "نص", "2. بند"]


def test_headings_are_known_by_their_style():
    styles = part(
        "styles",
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>',
    )
    heading = paragraph("عنوان ينتهي بنقطة.", properties='<w:pStyle w:val="H1"/>')

    document = read_file(make_docx(heading, paragraph("جملة."), styles=styles))

    assert [line.kind for line in document.lines] == ["heading", "content"]


def test_tables_boxes_hyphens_and_breaks_are_read_in_their_order():
    table = (
        f"<w:tbl><w:tr><w:tc>{paragraph('خلية 1')}</w:tc><w:tc>{paragraph('خلية 2')}</w:tc></w:tr>"
        f"<w:tr><w:tc>{paragraph('خلية 3')}</w:tc></w:tr></w:tbl>"
    )
    box = (
        "<w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>"
        f"{paragraph('في إطار')}</w:txbxContent></w:drawing></mc:Choice><mc:Fallback><w:pict>"
        f"<w:txbxContent>{paragraph('في إطار')}</w:txbxContent></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )
    broken = "<w:r><w:t>قبل</w:t><w:br/><w:t>بعد</w:t></w:r>"
    hyphens = (
        "<w:r><w:t>كوفيد</w:t><w:noBreakHyphen/><w:t>19</w:t><w:softHyphen/><w:tab/>"
        "<w:t>عام</w:t></w:r>"
    )

    lines = lines_of(paragraph(run("أول") + box), table, paragraph(broken), paragraph(hyphens))

    assert lines == ["أول", "في إطار", "خلية 1", "خلية 2", "خلية 3", "قبل", "بعد", "كوفيد-19 عام"]


def test_only_the_result_of_a_field_is_read():
    def field(kind):
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = '<w:r><w:instrText>HYPERLINK "https://example.org"</w:instrText></w:r>'
    content = field("begin") + code + field("separate") + run("نص الرابط") + field("end")

    assert lines_of(paragraph(content + run(" وبعده"))) == ["نص الرابط وبعده"]


CHANGED = (
    run("تعزيز ")
    + f'<w:ins w:id="1" w:author="x">{run("سلامة ")}</w:ins>'
    + f'<w:del w:id="2" w:author="x">{run("أمن ").replace("w:t", "w:delText")}</w:del>'
    + run("الحدود")
)


def test_both_readings_of_tracked_changes_can_be_had():
    data = make_docx(paragraph(CHANGED))

    accepted, rejected = read_docx(data, Changes.ACCEPT), read_docx(data, Changes.REJECT)

    assert [line.text for line in accepted.lines] == ["تعزيز سلامة الحدود"]
    assert [line.text for line in rejected.lines] == ["تعزيز أمن الحدود"]
    assert accepted.notices == rejected.notices
    assert [str(notice) for notice in accepted.notices] == [
        "The file has 1 tracked insertion: سلامة.",
        "The file has 1 tracked deletion: أمن.",
    ]


def test_deleted_end_of_a_paragraph_joins_it_to_the_next():
    ended = paragraph(run("أول "), properties="<w:rPr><w:del/></w:rPr>")

    assert lines_of(ended, paragraph("ثان")) == ["أول ثان"]
    assert lines_of(ended, paragraph("ثان"), changes=Changes.REJECT) == ["أول", "ثان"]


def test_what_is_left_out_is_named():
    data = make_docx(
        paragraph(run("ظاهر") + run("مخفي", "<w:vanish/>")),
        comments=part("comments", f"<w:comment>{paragraph('رأي')}</w:comment>"),
        footnotes=part("footnotes", f"<w:footnote>{paragraph('حاشية')}</w:footnote>"),
        header1=part("hdr", paragraph("ترويسة")),
    )

    document = read_docx(data, Changes.ACCEPT)

    assert [line.text for line in document.lines] == ["ظاهر"]
    details = {notice.kind: notice.details for notice in document.notices}
    assert details == {
        NoticeKind.COMMENTS: ("رأي",),
        NoticeKind.FOOTNOTES: ("حاشية",),
        NoticeKind.HEADERS: ("ترويسة",),
        NoticeKind.HIDDEN: ("مخفي",),
    }
