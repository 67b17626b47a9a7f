"""Reads plain text, uploaded or pasted, in UTF-8, UTF-16 or Windows-1256."""

import re
from typing import NamedTuple

from ingest.readers.results import (
    Fault,
    Notice,
    NoticeKind,
    ReadDocument,
    Reader,
    ReadError,
    ReadLine,
)
from languages.punctuation import ARABIC_LETTER

# Longer marks first: that of UTF-32 begins like that of UTF-16, and is not read.
BYTE_ORDER_MARKS = [
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
]
NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1256": "Windows-1256",
}
LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
LETTER = re.compile(r"[^\W\d_]")
# Windows-1256 has French letters too, which no Arabic word has in it.
MIXED_WORD = re.compile(rf"{ARABIC_LETTER.pattern}[À-ÿŒœƒ]|[À-ÿŒœƒ]{ARABIC_LETTER.pattern}")
MIN_ARABIC = 0.5  # of the letters, where the encoding is guessed
EXPECTED = re.compile("[\\s\x20-\x7e\u00a0-\u00bf\u0600-\u06ff\u2010-\u2026\ufb50-\ufefc]")
MIN_EXPECTED = 0.95  # of the characters of UTF-16 without a mark


class DecodedText(NamedTuple):
    """A text, and the name of the encoding that it had."""

    text: str
    encoding: str


def read_text(data: bytes) -> ReadDocument:
    """Return the lines of a plain text as they are, blank ones too.

    Raises ReadError where the encoding is none of those that are read.
    """
    decoded = decode(data)
    lines = LINE_END.split(decoded.text)
    ends_with_newline = len(lines) > 1 and not lines[-1]
    if ends_with_newline:
        lines.pop()
    notices = []
    if decoded.encoding != "utf-8":
        notices.append(Notice(NoticeKind.ENCODING, details=(NAMES[decoded.encoding],)))
    read = [ReadLine(line, Reader.TEXT) for line in lines]
    return ReadDocument(read, notices, ends_with_newline=ends_with_newline)


def decode(data: bytes) -> DecodedText:
    """Return the text of bytes in UTF-8, UTF-16 or Windows-1256. Raises ReadError."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = decode_as(data.removeprefix(mark), encoding)
            if text is None or "\0" in text:
                raise ReadError(Fault.UNKNOWN_ENCODING)
            return DecodedText(text, encoding)
    text = decode_as(data, "utf-8")
    if text is not None and not CONTROL.search(text):
        return DecodedText(text, "utf-8")
    for encoding, is_likely in (
        ("utf-16-le", is_likely_utf_16),
        ("utf-16-be", is_likely_utf_16),
        ("cp1256", is_likely_arabic),
    ):
        text = decode_as(data, encoding)
        if text is not None and is_likely(text):
            return DecodedText(text, encoding)
    raise ReadError(Fault.UNKNOWN_ENCODING)


def decode_as(data: bytes, encoding: str) -> str | None:
    """Return the text of bytes in an encoding, or None where they are in another."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def is_likely_utf_16(text: str) -> bool:
    """Whether a text that was read as UTF-16 has hardly any characters that are unexpected."""
    expected = len(EXPECTED.findall(text))
    return is_likely_arabic(text) and expected >= MIN_EXPECTED * len(text)


def is_likely_arabic(text: str) -> bool:
    """Whether a text is Arabic in most letters, without control characters and mixed words."""
    letters = LETTER.findall(text)
    arabic = sum(1 for letter in letters if ARABIC_LETTER.match(letter))
    return (
        bool(letters)
        and arabic >= MIN_ARABIC * len(letters)
        and not CONTROL.search(text)
        and not MIXED_WORD.search(text)
    )
