"""The units of exchange files, the digests that files carry, and the error of unreadable files."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from translations import staleness
from translations.units import Unit

# Line breaks of any system, and the characters that XML cannot carry.
LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


MAX_UNITS = 50_000


class FileError(Exception):
    """A file cannot be read; the message is a sentence for the reader that says why."""


def too_many_units_error() -> FileError:
    """Return the FileError of a file with more than MAX_UNITS units."""
    return FileError(
        _("The file has more than %(number)s texts; please split it.") % {"number": MAX_UNITS}
    )


@dataclass
class FileUnit:
    """A unit of an exchange file, and the line of the file where it begins.

    The digests are of the texts that the unit had in the portal when the file was made. `fault`
    says why the unit cannot be imported, in a sentence; it is "" where the unit is well formed.
    """

    key: str
    source: str
    text: str
    language: str
    line: int
    source_language: str = ""
    source_digest: str = ""
    text_digest: str = ""
    is_unfinished: bool = False
    fault: str = ""

    @property
    def place(self) -> str:
        """The place in the file, in words: line 12."""
        return _("line %(line)s") % {"line": self.line}


@dataclass
class ExportUnit:
    """A unit with the URL of its record ("" without a page) and notes for its translator."""

    unit: Unit
    url: str
    notes: list[str]

    @property
    def code(self) -> str:
        """The code of the record (GPG 1.3), or else its name."""
        return getattr(self.unit.record, "code", "") or str(self.unit.record)


def portable_text(text: str | None) -> str:
    """Return a text as every file format can carry it: one kind of line break, no controls."""
    return CONTROL_CHARACTERS.sub("", LINE_BREAKS.sub("\n", text or ""))


def portable_digest(text: str | None) -> str:
    """Return the digest of portable_text(), which is the same after a tool has saved the file."""
    return staleness.digest(portable_text(text))


def unit_digests(unit: Unit) -> str:
    """Return the digests of a unit's source and translation, with a space between them.

    Files carry them, so that the import knows what has changed in the portal since.
    """
    return f"{portable_digest(unit.source)} {portable_digest(unit.text)}"


def parse_digests(text: str | None) -> tuple[str, str]:
    """Return the (source, translation) digests from unit_digests(), two "" where it is damaged."""
    match = re.fullmatch(r"([0-9a-f]{64})\s+([0-9a-f]{64})", (text or "").strip())
    return (match[1], match[2]) if match else ("", "")
