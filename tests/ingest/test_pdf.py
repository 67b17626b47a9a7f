"""PDF files: visual lines in the order of reading, lines of the document, what is refused."""

from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from ingest.readers import pdf
from ingest.readers.__main__ import answer
from ingest.readers.files import read_file
from ingest.readers.ocr import is_ocr_available
from ingest.readers.paragraphs import PageLine, join_lines
from ingest.readers.results import Fault, NoticeKind, ReadError
from ingest.readers.visual_lines import Piece, VisualLine, visual_lines
from tests.ingest.making import SAMPLES, SLUGS, document_lines, make_pdf, sample, written

# The share of the lines of a document that come out of the text layer as they are.
MIN_SHARES = {"goals": 0.95, "sf": 0.95}


def fault_of(data):
    with pytest.raises(ReadError) as error:
        read_file(data)
    return error.value.fault


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.pdf")))
def test_lines_of_the_samples_are_hardly_ever_wrong(name):
    document = name.split("-")[0]
    expected = document_lines(SLUGS[document])

    lines = read_file(sample(f"{name}.pdf")).lines
    right = sum(line.text in expected for line in lines)
    print(f"{name}: {right} of {len(lines)} lines ({right / len(lines):.3f})")

    assert len(lines) == len(expected)
    assert right >= MIN_SHARES[document] * len(lines)
    assert not any(line.is_agreed for line in lines)


def pieces(*texts):
    """Return pieces on one line: (text, x)."""
    return [Piece(text, x, 100.0, 10.0) for text, x in texts]


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        ([(" الأعضاء", 10), ("195", 60), ("في بلدانه الـ", 80)], "في بلدانه الـ 195 الأعضاء"),
        (
            [(" والآخر", 10), ("(", 40), ("فرنسا ", 50), (")", 70), ("ليون ", 80)],
            "ليون (فرنسا) والآخر",
        ),
        ([("، نص", 10), ("‘‘ ", 30), ("معا", 40), ("’’ ", 50), ("قال ", 60)], "قال ’’معا‘‘، نص"),
        ([(" نص", 10), ("- ", 90)], "- نص"),
        ([("دة", 10), ("ّ", 31), ("موح", 30)], "موحّدة"),
        ([(" نص", 10), ("United ", 30), ("Nations", 60), ("في ", 90)], "في United Nations نص"),
        ([("INTERPOL ", 10), ("HQ", 60)], "INTERPOL HQ"),
    ],
)
def test_pieces_of_a_line_are_put_in_the_order_of_reading(texts, line):
    assert [found.text for found in visual_lines(pieces(*texts))] == [line]


LONG = "كلمة من كلمات هذا السطر الطويل الذي يملأ عرض الصفحة كله"


def visual_line(text, y, size=10.0):
    """Return a line that ends on the left where its letters do, with a right margin at 500."""
    return VisualLine(text, y, size, left=500 - 0.4 * size * len(text))


def joined(*lines, size=10.0):
    """Return (text, has_sure_ends) of the lines that (text, y) on one page make up."""
    page_lines = [PageLine(visual_line(text, y, size), 1) for text, y in lines]
    return [(paragraph.text, paragraph.has_sure_ends) for paragraph in join_lines(page_lines)]


def test_wider_spaces_part_the_lines_of_a_document():
    ended = f"{LONG}."

    lines = joined((LONG, 700), (ended, 686), (LONG, 660), (LONG, 646), (LONG, 620))

    assert lines == [
        (f"{LONG} {ended}", True),
        (f"{LONG} {LONG}", False),  # it looks as though it went on
        (LONG, False),
    ]


def test_without_wider_spaces_final_stops_part_them_and_nothing_is_sure():
    ys = range(700, 600, -14)
    texts = [LONG, f"{LONG}.", LONG, "آخره.", f"- {LONG}", "تتمته."]

    lines = joined(*zip(texts, ys, strict=False))

    assert lines == [
        (f"{LONG} {LONG}.", False),
        (f"{LONG} آخره.", False),
        (f"- {LONG} تتمته.", False),
    ]


def test_paragraphs_that_only_sometimes_stand_apart_are_not_surely_joined():
    lines = joined((LONG, 700), ("آخره.", 686), (LONG, 672), (LONG, 658), (LONG, 620), (LONG, 580))

    assert [is_sure for _text, is_sure in lines] == [False, False, False, False]


def test_line_that_goes_on_over_a_page_has_no_sure_ends():
    lines = [
        PageLine(visual_line(LONG, 50), 1),
        PageLine(visual_line("آخره.", 700), 2),
    ]

    [paragraph] = join_lines(lines)

    assert (paragraph.text, paragraph.page, paragraph.has_sure_ends) == (f"{LONG} آخره.", 1, False)


def test_encrypted_file_is_refused():
    writer = PdfWriter(clone_from=PdfReader(BytesIO(sample("sf-libreoffice.pdf"))))

    assert fault_of(written(writer, "secret")) == Fault.ENCRYPTED


def test_file_that_anybody_may_read_is_read():
    writer = PdfWriter(clone_from=PdfReader(BytesIO(sample("sf-libreoffice.pdf"))))

    assert len(read_file(written(writer, "")).lines) == 23


def test_scanned_file_is_refused_without_text_recognition(monkeypatch):
    monkeypatch.setattr(pdf, "is_ocr_available", lambda: False)

    assert fault_of(make_pdf()) == Fault.SCANNED


def test_scanned_file_has_no_lines_before_its_recognition(monkeypatch):
    monkeypatch.setattr(pdf, "is_ocr_available", lambda: True)

    document = read_file(make_pdf(2))

    assert (document.lines, document.pages, document.scanned_pages) == ([], 2, (1, 2))
    assert [str(notice) for notice in document.notices] == [
        "2 pages have no text of their own: 1, 2."
    ]


def test_missing_text_recognition_is_said(monkeypatch):
    monkeypatch.setattr(pdf, "is_ocr_available", lambda: False)

    [notice] = read_file(sample("sf-libreoffice.pdf")).notices

    assert notice.kind == NoticeKind.NO_OCR


def test_page_that_unpacks_to_very_much_is_refused():
    stream = DecodedStreamObject()
    stream.set_data(b" " * 53_000_000 + b"BT (x) Tj ET")
    writer = PdfWriter(clone_from=BytesIO(make_pdf()))
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    writer.pages[0][NameObject("/Resources")] = DictionaryObject(
        {NameObject("/X"): NameObject("/Y")}
    )
    data = written(writer)

    assert len(data) < 100_000
    assert fault_of(data) == Fault.UNPACKED_TOO_LARGE


def test_too_many_pages_are_refused():
    assert fault_of(make_pdf(201)) == Fault.TOO_MANY_PAGES


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.98])
def test_cut_files_are_read_or_refused(share):
    data = sample("sf-chromium-sans.pdf")

    result = answer("document", "accept", data[: int(share * len(data))])

    assert set(result) <= {"result", "fault"}


def test_availability_is_a_claim():
    assert is_ocr_available() in {True, False}
