"""Draws the picture of a page of a PDF with PDFium, as a grey PNG."""

import struct
import zlib
from math import sqrt

import pypdfium2

from ingest.readers.ocr import RESOLUTION
from ingest.readers.results import MAX_PAGES, Fault, ReadError

POINTS = 72  # per inch
# A page of A3 has 8 million at 200 dots per inch; larger pages are drawn smaller.
MAX_PIXELS = 12_000_000


def draw_page(data: bytes, page: int) -> bytes:
    """Return the picture of a page, whose number is from 1 on, as the bytes of a PNG file.

    Raises ReadError where the file cannot be opened or has no such page.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise ReadError(Fault.BROKEN) from error
    if not 1 <= page <= min(len(document), MAX_PAGES):
        raise ReadError(Fault.NO_SUCH_PAGE)
    drawn = document[page - 1]
    width, height = drawn.get_size()
    scale = RESOLUTION / POINTS
    if width * height * scale**2 > MAX_PIXELS:
        scale = sqrt(MAX_PIXELS / (width * height))
    bitmap = drawn.render(scale=scale, grayscale=True)
    return grey_png(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride)


def grey_png(pixels: bytes, width: int, height: int, stride: int) -> bytes:
    """Return a PNG file of grey pixels, of which each row takes `stride` bytes.

    A library for pictures would be a large dependency for this.
    """
    rows = b"".join(
        b"\0" + pixels[start : start + width] for start in range(0, height * stride, stride)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def png_chunk(name: bytes, content: bytes) -> bytes:
    """Return a part of a PNG file with its length and its checksum."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
