"""Reads a saved page: only its main text, without menus, scripts and addresses of other files."""

import re
from collections.abc import Iterator
from configparser import ConfigParser
from typing import Any

from trafilatura import bare_extraction
from trafilatura.settings import Document, use_config

from ingest.readers.results import Fault, LineKind, ReadDocument, Reader, ReadError, ReadLine
from ingest.readers.text import BYTE_ORDER_MARKS, decode, decode_as

DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{1,20})""", re.IGNORECASE)
START_BYTES = 4096  # in which the encoding is declared
KNOWN_ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "windows-1256": "cp1256",
    "cp1256": "cp1256",
    "iso-8859-6": "iso-8859-6",
}
MIN_SIZES = ["MIN_EXTRACTED_SIZE", "MIN_OUTPUT_SIZE"]
BULLET = "•"

type Element = Any  # of lxml, which has no public name for the class
BLOCKS = {"p", "head", "item", "cell", "quote", "code", "ab"}


def read_html(data: bytes) -> ReadDocument:
    """Return the lines of the main text of a saved page. Raises ReadError where it has none."""
    # Without its fallbacks, which know no headings and lists, and take all of a short page.
    page = bare_extraction(
        decode_html(data),
        fast=True,
        include_comments=False,
        include_tables=True,
        include_formatting=False,
        config=short_pages_too(),
    )
    if not isinstance(page, Document) or page.body is None:
        raise ReadError(Fault.EMPTY)
    lines = [line for line in element_lines(page.body) if line.text]
    return ReadDocument(lines, [])


def short_pages_too() -> ConfigParser:
    """Return the configuration of trafilatura for main texts of any length."""
    config = use_config()
    for name in MIN_SIZES:
        config.set("DEFAULT", name, "1")
    return config


def decode_html(data: bytes) -> str:
    """Return the text of a page in the encoding that it declares, or that it is in."""
    declared = DECLARED.search(data[:START_BYTES])
    has_mark = data.startswith(tuple(mark for mark, _encoding in BYTE_ORDER_MARKS))
    if declared and not has_mark:
        encoding = KNOWN_ENCODINGS.get(declared[1].decode("ascii", "replace").lower(), "")
        text = decode_as(data, encoding) if encoding else None
        if text is not None:
            return text
    return decode(data).text


def element_lines(parent: Element, marker: str = "") -> Iterator[ReadLine]:
    """Yield the lines of an element of the main text; `marker` stands before the first of them."""
    kind = LineKind.HEADING if parent.tag == "head" else LineKind.CONTENT
    text = [parent.text or ""]
    number = 0
    for child in parent:
        is_block = child.tag in BLOCKS or child.tag in ("list", "table", "row", "lb")
        if is_block:
            yield from made_lines(text, marker, kind)
            marker = "" if "".join(text).strip() else marker
            text = []
        if child.tag == "item":
            number += 1
            own = f"{number}. " if parent.get("rend") == "ol" else f"{BULLET} "
            yield from element_lines(child, own)
        elif is_block and child.tag != "lb":
            yield from element_lines(child, marker)
            marker = ""
        elif not is_block:
            text.append("".join(child.itertext()))
        text.append(child.tail or "")
    yield from made_lines(text, marker, kind)


def made_lines(texts: list[str], marker: str, kind: LineKind) -> Iterator[ReadLine]:
    """Yield the line that pieces of text make up, if they say anything."""
    text = " ".join("".join(texts).split())
    if text:
        yield ReadLine(f"{marker}{text}", Reader.HTML, kind)
