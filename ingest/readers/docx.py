"""Reads DOCX files: paragraphs, tables and text boxes as a reader of Word sees them.

The parts of the file are read directly, since no library shows automatic numbers, bullets and
tracked changes (ECMA-376, part 1, 17).
"""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple
from xml.etree.ElementTree import Element

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ingest.readers.numbering import MC, SYMBOLS, Numbering, W, number, value
from ingest.readers.packages import Package
from ingest.readers.results import (
    Fault,
    LineKind,
    Notice,
    NoticeKind,
    ReadDocument,
    Reader,
    ReadError,
    ReadLine,
    excerpts,
)

LINE_BREAK = "\n"
# What may stand around paragraphs, rows and cells.
CONTAINERS = [f"{W}{name}" for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo")]
OFF = ("0", "false", "off")


class Changes(TextChoices):
    """Which reading of tracked changes is taken."""

    ACCEPT = "accept", _("with the tracked changes")
    REJECT = "reject", _("without the tracked changes")


class Run(NamedTuple):
    """A piece of text; `change` is "ins" or "del" for a tracked one."""

    text: str
    change: str = ""


def read_docx(data: bytes, changes: Changes) -> ReadDocument:
    """Return the lines of a DOCX file, with one of the readings of its tracked changes.

    Raises ReadError where the file is broken, encrypted, too large or declares entities.
    """
    package = Package(data)
    root = package.xml("word/document.xml")
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise ReadError(Fault.UNKNOWN_KIND)
    return DocxReader(package, changes).read(body)


class DocxReader:
    """Reads the body of a file once, and counts what is to be told about it."""

    def __init__(self, package: Package, changes: Changes) -> None:
        self.package, self.changes = package, changes
        styles = package.xml("word/styles.xml")
        self.styles = {
            style.get(f"{W}styleId", ""): style
            for style in ([] if styles is None else styles.findall(f"{W}style"))
        }
        self.numbering = Numbering(package.xml("word/numbering.xml"), self.styles)
        self.left_out = "del" if changes == Changes.ACCEPT else "ins"
        self.tracked: dict[str, list[str]] = {"ins": [], "del": []}
        self.hidden: list[str] = []
        self.boxes: list[Element] = []  # text boxes of the paragraph that is being read

    def read(self, body: Element) -> ReadDocument:
        """Return the lines and notices of a body."""
        lines = [line for line in self.block_lines(body) if line.text.strip()]
        return ReadDocument(lines, self.notices())

    def block_lines(self, parent: Element) -> Iterator[ReadLine]:
        """Yield the lines of the paragraphs and tables in an element."""
        waiting: list[Run] = []  # of paragraphs whose end is a tracked change that is left out
        for block in self.blocks(parent):
            if block.tag == f"{W}tbl":
                yield from self.table_lines(block)
                continue
            runs = [*waiting, *self.paragraph_runs(block)]
            boxes, self.boxes = self.boxes, []
            waiting = runs if self.is_end_left_out(block) else []
            if not waiting:
                yield from self.lines_of(runs, block)
            for box in boxes:
                yield from self.block_lines(box)

    def blocks(self, parent: Element) -> Iterator[Element]:
        """Yield the paragraphs and tables in an element, also those in content controls."""
        for child in parent:
            if child.tag in (f"{W}p", f"{W}tbl"):
                yield child
            elif child.tag in CONTAINERS:
                yield from self.blocks(child)
            elif child.tag == f"{MC}AlternateContent":
                yield from self.blocks(first_choice(child))

    def table_lines(self, table: Element) -> Iterator[ReadLine]:
        """Yield the lines of a table, row by row and cell by cell."""
        for row in children(table, "tr"):
            if row.find(f"{W}trPr/{W}{self.left_out}") is None:
                for cell in children(row, "tc"):
                    yield from self.block_lines(cell)

    def is_end_left_out(self, paragraph: Element) -> bool:
        """Whether the end of a paragraph is a change that is left out: the next one follows on."""
        return paragraph.find(f"{W}pPr/{W}rPr/{W}{self.left_out}") is not None

    def lines_of(self, runs: list[Run], paragraph: Element) -> Iterator[ReadLine]:
        """Yield the lines of a paragraph, with its number or bullet before the first one."""
        properties = paragraph.find(f"{W}pPr")
        text = "".join(run.text for run in runs)
        place = self.numbering.of_paragraph(properties)
        if place and text.strip():
            is_arabic = value(properties, f"{W}bidi", "1") not in OFF and (
                properties is not None and properties.find(f"{W}bidi") is not None
            )
            text = self.numbering.mark(*place, is_arabic) + text.lstrip()
        kind = LineKind.HEADING if self.is_heading(properties) else LineKind.CONTENT
        for line in text.split(LINE_BREAK):
            yield ReadLine(line.strip(), Reader.DOCX, kind)

    def is_heading(self, properties: Element | None) -> bool:
        """Whether the style of a paragraph is a title or has a level of the outline."""
        style = self.styles.get(value(properties, f"{W}pStyle"))
        name = value(style, f"{W}name").lower()
        level = value(style, f"{W}pPr/{W}outlineLvl")
        return name == "title" or name.startswith("heading ") or bool(level and number(level) < 9)

    def paragraph_runs(self, paragraph: Element) -> list[Run]:
        """Return the pieces of a paragraph in the chosen reading, and note the tracked changes."""
        pieces = list(RunReader(self).runs(paragraph, ""))
        for change, group in groupby(pieces, key=lambda run: run.change):
            text = "".join(run.text for run in group)
            if change and text.strip():
                self.tracked[change].append(text)
        return [run for run in pieces if run.change != self.left_out]

    def notices(self) -> list[Notice]:
        """Return what is to be told about the file."""
        found = {
            NoticeKind.INSERTIONS: self.tracked["ins"],
            NoticeKind.DELETIONS: self.tracked["del"],
            NoticeKind.COMMENTS: self.texts_of("word/comments.xml", "comment"),
            NoticeKind.FOOTNOTES: self.texts_of("word/footnotes.xml", "footnote")
            + self.texts_of("word/endnotes.xml", "endnote"),
            NoticeKind.HEADERS: self.header_texts(),
            NoticeKind.HIDDEN: self.hidden,
            NoticeKind.NUMBERING: sorted(self.numbering.uncertain),
        }
        return [Notice(kind, len(texts), excerpts(texts)) for kind, texts in found.items() if texts]

    def texts_of(self, part: str, name: str) -> list[str]:
        """Return the texts of the elements with a name in a part, without empty ones."""
        root = self.package.xml(part)
        texts = [] if root is None else [plain_text(element) for element in root.iter(f"{W}{name}")]
        return [text for text in texts if text.strip()]

    def header_texts(self) -> list[str]:
        """Return the texts of the page headers and footers, each once."""
        names = sorted(
            name for name in self.package.names if name.startswith(("word/header", "word/footer"))
        )
        roots = [self.package.xml(name) for name in names if name.endswith(".xml")]
        texts = [plain_text(root) for root in roots if root is not None]
        return [text for text in dict.fromkeys(texts) if text.strip()]


class RunReader:
    """Reads the pieces of one paragraph; it knows whether it is in the code of a field."""

    def __init__(self, reader: DocxReader) -> None:
        self.reader = reader
        self.fields: list[bool] = []  # open fields, innermost last: whether the result has begun

    def runs(self, parent: Element, change: str) -> Iterator[Run]:
        """Yield the pieces of text in an element; `change` is that of the element around it."""
        for child in parent:
            name = child.tag.removeprefix(W)
            if name in ("ins", "moveTo"):
                yield from self.runs(child, change or "ins")
            elif name in ("del", "moveFrom"):
                yield from self.runs(child, "del")
            elif name == "r":
                yield from self.run(child, change)
            elif child.tag == f"{MC}AlternateContent":
                yield from self.runs(first_choice(child), change)
            elif name not in ("pPr", "sdtPr", "rPr"):
                yield from self.runs(child, change)

    def run(self, run: Element, change: str) -> Iterator[Run]:
        """Yield the text of a run, unless it is hidden; note the text boxes in it."""
        text = "".join(self.texts(run))
        properties = run.find(f"{W}rPr")
        vanish = None if properties is None else properties.find(f"{W}vanish")
        if vanish is not None and vanish.get(f"{W}val", "1") not in OFF:
            self.reader.hidden += [text] if text.strip() else []
        elif text:
            yield Run(text, change)

    def texts(self, parent: Element) -> Iterator[str]:
        """Yield the texts in a run."""
        for child in parent:
            name = child.tag.removeprefix(W)
            if name == "fldChar":
                self.field(child.get(f"{W}fldCharType", ""))
            elif child.tag == f"{MC}AlternateContent":
                yield from self.texts(first_choice(child))
            elif name in ("drawing", "pict", "object"):
                self.reader.boxes += list(child.iter(f"{W}txbxContent"))
            elif all(self.fields):
                yield text_of(child)

    def field(self, kind: str) -> None:
        """Follow the beginning, the middle or the end of a field; only its result is shown."""
        if kind == "begin":
            self.fields.append(False)
        elif kind == "separate" and self.fields:
            self.fields[-1] = True
        elif kind == "end" and self.fields:
            self.fields.pop()


def text_of(element: Element) -> str:
    """Return what a part of a run shows."""
    match element.tag.removeprefix(W):
        case "t" | "delText":
            return (element.text or "").replace("\n", " ")
        case "tab" | "ptab":
            return " "
        case "br" | "cr":
            return LINE_BREAK if element.get(f"{W}type", "textWrapping") == "textWrapping" else ""
        case "noBreakHyphen":
            return "-"
        case "sym":
            code = int(element.get(f"{W}char", "0"), 16)
            return SYMBOLS.get(code & 0xFF, "") if 0xF000 <= code <= 0xF0FF else chr(code)
    return ""


def children(parent: Element, name: str) -> Iterator[Element]:
    """Yield the children with a name, also those in content controls and changes."""
    for child in parent:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in CONTAINERS:
            yield from children(child, name)


def first_choice(alternatives: Element) -> Element:
    """Return the content that a new Word shows, of those that a file has for old ones too."""
    choice = alternatives.find(f"{MC}Choice")
    fallback = alternatives.find(f"{MC}Fallback")
    return choice if choice is not None else fallback if fallback is not None else alternatives


def plain_text(root: Element) -> str:
    """Return all text in an element, without looking at its layout."""
    return " ".join(
        "".join(text_of(part) for part in paragraph.iter() if part is not paragraph)
        for paragraph in root.iter(f"{W}p")
    ).strip()
