"""What readers return: lines with their repairs, notices about the file, or a ReadError.

Everything here can be written as JSON, since readers work in a process of their own; sentences
are put together where they are shown, in the language of the person who asks.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Self

from django.db.models import TextChoices
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

MAX_BYTES = 10 * 1024 * 1024  # of a file
MAX_UNPACKED_BYTES = 50 * 1024 * 1024  # of all parts of a DOCX file that are read, together
MAX_PAGES = 200
MAX_LINES = 5_000
# The values of the placeholders in the sentences below.
LIMITS = {
    "megabytes": MAX_BYTES // 1024 // 1024,
    "unpacked_megabytes": MAX_UNPACKED_BYTES // 1024 // 1024,
    "pages": MAX_PAGES,
    "lines": f"{MAX_LINES:,}",
}


class LineKind(TextChoices):
    """What a line is: proposed by `kinds`, decided by a person."""

    CONTENT = "content", _("content")
    HEADING = "heading", _("heading")
    BOILERPLATE = "boilerplate", _("boilerplate")


class Reader(TextChoices):
    """Which reader a line comes from."""

    TEXT = "text", _("plain text")
    DOCX = "docx", "Word (DOCX)"
    HTML = "html", _("web page")
    PDF = "pdf", _("text of the PDF")
    OCR = "ocr", _("text recognition of the page’s picture")


class Fault(TextChoices):
    """Why a file is not taken in; the labels are sentences with the placeholders of LIMITS."""

    EMPTY = "empty", _("The file is empty.")
    NO_ARABIC = "no-arabic", _("The file has no Arabic text.")
    TOO_LARGE = "too-large", _("The file is larger than %(megabytes)s MB.")
    TOO_MANY_PAGES = "too-many-pages", _("The file has more than %(pages)s pages.")
    TOO_MANY_LINES = "too-many-lines", _("The document has more than %(lines)s lines.")
    UNPACKED_TOO_LARGE = (
        "unpacked-too-large",
        _("Unpacked, the file is larger than %(unpacked_megabytes)s MB, so it was not read."),
    )
    ENCRYPTED = (
        "encrypted",
        _("The file is protected by a password. Please save it without one."),
    )
    BROKEN = (
        "broken",
        _("The file is damaged or incomplete, so it cannot be read. Please save it again."),
    )
    UNKNOWN_KIND = (
        "unknown-kind",
        _("The file is none of those that can be read: plain text, DOCX, a saved page, PDF."),
    )
    UNKNOWN_ENCODING = (
        "unknown-encoding",
        _(
            "The text is neither in UTF-8 nor in UTF-16 nor in Windows-1256. "
            "Please save it in UTF-8."
        ),
    )
    ENTITIES = (
        "entities",
        _("The file declares entities or a document type of its own, which are not read."),
    )
    SCANNED = (
        "scanned",
        _(
            "The PDF has pictures of pages but no text, and text recognition is not installed on "
            "this server."
        ),
    )
    NO_SUCH_PAGE = "no-such-page", _("The file has no page with this number.")
    TOO_LONG = "too-long", _("Reading the file took too long, so it was stopped.")
    TOO_MUCH_MEMORY = (
        "too-much-memory",
        _("Reading the file needed too much memory, so it was stopped."),
    )
    FAILED = "failed", _("The file could not be read. Please save it again or in another format.")


class ReadError(Exception):
    """A file that cannot be taken in; str() is a sentence in the active language."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault

    def __str__(self) -> str:
        return str(self.fault.label) % LIMITS


class RepairKind(TextChoices):
    """The repairs that are always right."""

    LAM_ALEF = "lam-alef", _("lam-alef turned round")
    PRESENTATION = "presentation", _("letters as they are drawn replaced by plain letters")
    INVISIBLE = "invisible", _("characters that nobody sees removed")


class Repair(NamedTuple):
    """A repair of a line: the words before and after it; for INVISIBLE, the names of what went."""

    kind: RepairKind
    before: str
    after: str = ""


class NoticeKind(TextChoices):
    """What people are told about a file that was read."""

    INVISIBLE = "invisible"
    INSERTIONS = "insertions"
    DELETIONS = "deletions"
    COMMENTS = "comments"
    FOOTNOTES = "footnotes"
    HEADERS = "headers"
    HIDDEN = "hidden"
    NUMBERING = "numbering"
    ENCODING = "encoding"
    PAGES_WITHOUT_TEXT = "pages-without-text"
    NO_OCR = "no-ocr"


class Notice(NamedTuple):
    """Something to be told about a file: how often it is there, and what it says."""

    kind: NoticeKind
    total: int = 1
    details: tuple[str, ...] = ()  # at most MAX_DETAILS

    def __str__(self) -> str:
        values = {"count": self.total, "details": "; ".join(self.details)}
        return SENTENCES[self.kind](self.total) % values


MAX_DETAILS = 20
MAX_DETAIL_LENGTH = 200  # characters

SENTENCES: dict[NoticeKind, Callable[[int], str]] = {
    NoticeKind.INVISIBLE: lambda count: ngettext(
        "%(count)d character that nobody sees was removed: %(details)s.",
        "%(count)d characters that nobody sees were removed: %(details)s.",
        count,
    ),
    NoticeKind.INSERTIONS: lambda count: ngettext(
        "The file has %(count)d tracked insertion: %(details)s.",
        "The file has %(count)d tracked insertions: %(details)s.",
        count,
    ),
    NoticeKind.DELETIONS: lambda count: ngettext(
        "The file has %(count)d tracked deletion: %(details)s.",
        "The file has %(count)d tracked deletions: %(details)s.",
        count,
    ),
    NoticeKind.COMMENTS: lambda count: ngettext(
        "The file has %(count)d comment, which is not taken in: %(details)s.",
        "The file has %(count)d comments, which are not taken in: %(details)s.",
        count,
    ),
    NoticeKind.FOOTNOTES: lambda count: ngettext(
        "The file has %(count)d footnote or endnote, which is not taken in: %(details)s.",
        "The file has %(count)d footnotes or endnotes, which are not taken in: %(details)s.",
        count,
    ),
    NoticeKind.HEADERS: lambda count: ngettext(
        "The file has %(count)d page header or footer, which is not taken in: %(details)s.",
        "The file has %(count)d page headers or footers, which are not taken in: %(details)s.",
        count,
    ),
    NoticeKind.HIDDEN: lambda count: ngettext(
        "%(count)d hidden text is not taken in: %(details)s.",
        "%(count)d hidden texts are not taken in: %(details)s.",
        count,
    ),
    NoticeKind.NUMBERING: lambda count: gettext(
        "Some numbers of lists may look different in Word; please compare them: %(details)s."
    ),
    NoticeKind.ENCODING: lambda count: gettext("The text was read as %(details)s."),
    NoticeKind.PAGES_WITHOUT_TEXT: lambda count: ngettext(
        "%(count)d page has no text of its own: %(details)s.",
        "%(count)d pages have no text of their own: %(details)s.",
        count,
    ),
    NoticeKind.NO_OCR: lambda count: gettext(
        "Text recognition (Tesseract with Arabic) is not installed on this server, so no line of "
        "the PDF counts as agreed; please compare all of them."
    ),
}


class ReadLine(NamedTuple):
    """A line that a reader proposes; blank lines of plain text are lines too.

    `is_agreed` is for PDF files only: two witnesses say the whole line alike (`witnesses`);
    `agreed` are the spans (start, end) of the sentences of which that holds. `has_sure_ends` says
    whether the layout of the page shows where the line begins and ends.
    """

    text: str
    reader: Reader
    kind: LineKind = LineKind.CONTENT
    page: int | None = None  # from 1 on
    is_agreed: bool = False
    agreed: tuple[tuple[int, int], ...] = ()
    repairs: tuple[Repair, ...] = ()
    has_sure_ends: bool = True

    @classmethod
    def from_json(cls, values: list[Any]) -> Self:
        """Return the line from the list that JSON makes of it."""
        text, reader, kind, page, is_agreed, agreed, repairs, has_sure_ends = values
        return cls(
            text,
            Reader(reader),
            LineKind(kind),
            page,
            is_agreed,
            tuple((start, end) for start, end in agreed),
            tuple(Repair(RepairKind(repair), *words) for repair, *words in repairs),
            has_sure_ends,
        )


class ReadDocument(NamedTuple):
    """The lines of a file in their order, and what people should know about it.

    `pages` is the number of pages of a PDF, 0 for other files; `scanned_pages` are the numbers of
    those that have no text of their own.
    """

    lines: list[ReadLine]
    notices: list[Notice]
    pages: int = 0
    scanned_pages: tuple[int, ...] = ()
    ends_with_newline: bool = False  # plain text only

    @classmethod
    def from_json(cls, values: list[Any]) -> Self:
        """Return the document from the list that JSON makes of it."""
        lines, notices, pages, scanned_pages, ends_with_newline = values
        return cls(
            [ReadLine.from_json(line) for line in lines],
            [Notice(NoticeKind(kind), total, tuple(details)) for kind, total, details in notices],
            pages,
            tuple(scanned_pages),
            ends_with_newline,
        )


def excerpts(texts: list[str]) -> tuple[str, ...]:
    """Return the first MAX_DETAILS texts, each cut to MAX_DETAIL_LENGTH, for a Notice."""
    return tuple(
        f"{text[:MAX_DETAIL_LENGTH]}…" if len(text) > MAX_DETAIL_LENGTH else text
        for text in (" ".join(text.split()) for text in texts[:MAX_DETAILS])
    )
