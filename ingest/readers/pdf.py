"""Reads the text layer of PDF files with pypdf: the first witness of what a page says."""

from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader, apply_configuration
from pypdf.errors import LimitReachedError

from ingest.readers.ocr import is_ocr_available
from ingest.readers.paragraphs import PageLine, join_lines
from ingest.readers.results import (
    MAX_PAGES,
    MAX_UNPACKED_BYTES,
    Fault,
    Notice,
    NoticeKind,
    ReadDocument,
    Reader,
    ReadError,
    ReadLine,
)
from ingest.readers.visual_lines import Piece, VisualLine, visual_lines

SHOWS_TEXT = {b"Tj", b"TJ", b"'", b'"'}


def read_pdf(data: bytes) -> ReadDocument:
    """Return the lines of a PDF; none of them is agreed before its page was compared (`witnesses`).

    A file of pictures has no lines here; where Tesseract is installed they come from it, page by
    page. Raises ReadError where the file is encrypted, has too many pages, or has no text and
    there is no Tesseract.
    """
    reader = open_pdf(data)
    try:
        with apply_configuration(zlib_maximum_output_length=MAX_UNPACKED_BYTES):
            pages = [page_lines(page) for page in reader.pages]
    except LimitReachedError as error:
        raise ReadError(Fault.UNPACKED_TOO_LARGE) from error
    lines = [PageLine(line, number) for number, page in enumerate(pages, start=1) for line in page]
    if not lines and not is_ocr_available():
        raise ReadError(Fault.SCANNED)
    read = [
        ReadLine(
            paragraph.text, Reader.PDF, page=paragraph.page, has_sure_ends=paragraph.has_sure_ends
        )
        for paragraph in join_lines(lines)
    ]
    scanned = tuple(number for number, page in enumerate(pages, start=1) if not page)
    return ReadDocument(read, notices(scanned), len(pages), scanned)


def open_pdf(data: bytes) -> PdfReader:
    """Return a reader of a PDF that opens without a password and has at most MAX_PAGES."""
    reader = PdfReader(BytesIO(data))
    # Many files forbid printing or copying by a password, and are read by everybody without one.
    if reader.is_encrypted and not reader.decrypt(""):
        raise ReadError(Fault.ENCRYPTED)
    if len(reader.pages) > MAX_PAGES:
        raise ReadError(Fault.TOO_MANY_PAGES)
    if not reader.pages:
        raise ReadError(Fault.EMPTY)
    return reader


def notices(scanned: tuple[int, ...]) -> list[Notice]:
    """Return what is to be told about a PDF; `scanned` are its pages without text."""
    told = []
    if scanned:
        numbers = ", ".join(map(str, scanned))
        told.append(Notice(NoticeKind.PAGES_WITHOUT_TEXT, len(scanned), (numbers,)))
    if not is_ocr_available():
        told.append(Notice(NoticeKind.NO_OCR))
    return told


def page_lines(page: PageObject) -> list[VisualLine]:
    """Return the visual lines of a page."""
    collector = PieceCollector()
    page.extract_text(
        visitor_operand_before=collector.before_operator, visitor_text=collector.add_text
    )
    return visual_lines(collector.pieces)


class PieceCollector:
    """Collects the pieces of text that pypdf finds on a page, with their positions.

    pypdf passes the position of the operator that ends a piece; the one that began it is kept here.
    """

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.start: tuple[float, float, float] | None = None  # of the piece that is being read
        self.current: tuple[float, float, float] | None = None  # of this operator, if it shows text

    def before_operator(
        self, operator: bytes, operands: Any, page_matrix: list[float], text_matrix: list[float]
    ) -> None:
        """Note the position of an operator that shows text."""
        self.current = position(page_matrix, text_matrix) if operator in SHOWS_TEXT else None
        self.start = self.start or self.current

    def add_text(
        self,
        text: str,
        page_matrix: list[float],
        text_matrix: list[float],
        font: Any,
        font_size: float,
    ) -> None:
        """Add a piece of text that has ended."""
        if text.strip():
            x, y, scale = self.start or position(page_matrix, text_matrix)
            self.pieces.append(Piece(text.replace("\n", ""), x, y, abs(font_size * scale)))
        self.start = self.current


def position(page_matrix: list[float], text_matrix: list[float]) -> tuple[float, float, float]:
    """Return x and y of a text in points, and the factor for its size."""
    a, b, c, d, e, f = page_matrix
    x, y = text_matrix[4], text_matrix[5]
    height = text_matrix[2] * b + text_matrix[3] * d
    return x * a + y * c + e, x * b + y * d + f, height
