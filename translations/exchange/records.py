"""What exchange files are made of, and what is wrong with one."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from translations import staleness

# What ends a line somewhere, and what no XML can carry.
BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


MAX_UNITS = 50_000


class FileError(Exception):
    """A file cannot be read; the message says why, in a sentence for people."""


def too_many():
    return FileError(
        _("The file has more than %(number)s texts; please split it.") % {"number": MAX_UNITS}
    )


@dataclass
class FileUnit:
    """A unit as a file has it, and the place in the file where it stands.

    The digests are of the wordings that the unit had in the portal when the file was made. A fault
    is a sentence about an entry that cannot be taken at its word.
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
    def place(self):
        return _("line %(line)s") % {"line": self.line}


def carried(text):
    """Return a text as every format can carry it."""
    return CONTROLS.sub("", BREAKS.sub("\n", text or ""))


def digest(text):
    """Return the digest of a text as files carry it, whatever became of its line breaks."""
    return staleness.digest(carried(text))


def digests(unit):
    """Return what a file keeps to tell whether a unit has moved since: source, then text."""
    return f"{digest(unit.source)} {digest(unit.text)}"


def taken_apart(text):
    """Return the two digests that a file keeps of a unit, "" where they are not there."""
    found = re.fullmatch(r"([0-9a-f]{64})\s+([0-9a-f]{64})", (text or "").strip())
    return found.groups() if found else ("", "")
