"""Reads a file of any kind that is taken in, and checks, cleans and classes its lines."""

import re
from collections.abc import Callable

from ingest.readers.cleaning import clean, invisible_notices
from ingest.readers.docx import Changes, read_docx
from ingest.readers.kinds import propose_kinds
from ingest.readers.results import MAX_BYTES, MAX_LINES, Fault, ReadDocument, ReadError
from languages.punctuation import ARABIC_LETTER

PDF = re.compile(rb"%PDF-\d")
PDF_START_BYTES = 1024  # within which a PDF may begin
HTML = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,1000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
HTML_START_BYTES = 8192
ZIP = b"PK"
OLE = b"\xd0\xcf\x11\xe0"  # Word files of before 2007, and encrypted ones of today
ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
# Files that are neither text nor one of the kinds above.
OTHER_SIGNATURES = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"II*\0", b"MM\0*", b"\x1f\x8b", b"BZh",
    b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"{\\rtf", b"\x7fELF", b"MZ",
)  # fmt: skip


def read_file(
    data: bytes, changes: Changes = Changes.ACCEPT, *, is_translation: bool = False
) -> ReadDocument:
    """Return the cleaned lines of a file, each with a proposal of its kind.

    A file without Arabic is refused, unless it is a translation of one. It belongs into a process
    of its own (`process.read_document`). Raises ReadError.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(Fault.TOO_LARGE)
    if not data.strip():
        raise ReadError(Fault.EMPTY)
    document = choose_reader(data, changes)(data)
    check_lines(document)
    lines = [clean(line) for line in document.lines]
    notices = [*document.notices, *invisible_notices(lines)]
    has_arabic = any(ARABIC_LETTER.search(line.text) for line in lines)
    if lines and not has_arabic and not is_translation:
        raise ReadError(Fault.NO_ARABIC)
    return document._replace(lines=propose_kinds(lines), notices=notices)


def check_lines(document: ReadDocument) -> None:
    """Raise ReadError where a document has too many lines or none; a PDF may be of pictures."""
    if len(document.lines) > MAX_LINES:
        raise ReadError(Fault.TOO_MANY_LINES)
    if not document.pages and not any(line.text.strip() for line in document.lines):
        raise ReadError(Fault.EMPTY)


def choose_reader(data: bytes, changes: Changes) -> Callable[[bytes], ReadDocument]:
    """Return the reader for a file, by its bytes; its name may say anything.

    Libraries are imported here, since each process reads one file. Raises ReadError.
    """
    if PDF.search(data[:PDF_START_BYTES]):
        from ingest.readers.pdf import read_pdf

        return read_pdf
    if data.startswith(ZIP):
        return lambda data: read_docx(data, changes)
    if data.startswith(OLE):
        raise ReadError(Fault.ENCRYPTED if ENCRYPTED_PART in data else Fault.UNKNOWN_KIND)
    if data.startswith(OTHER_SIGNATURES):
        raise ReadError(Fault.UNKNOWN_KIND)
    if is_html(data):
        from ingest.readers.html import read_html

        return read_html
    from ingest.readers.text import read_text

    return read_text


def is_html(data: bytes) -> bool:
    """Whether a file begins as a page does, in any encoding whose first characters are ASCII."""
    start = data[:HTML_START_BYTES].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    return bool(HTML.match(start.decode("latin-1")))
