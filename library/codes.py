"""Permanent codes such as GPG 1.3, which people cite; in an address a code is GPG-1.3.

A code has a scheme (GPG), then parts with full stops between them: GPG 1.3, HNCB 2024.6.4, SF V.
A first part of four digits is a year: that of a round, of a news item or of an edition. The edition
with which a scheme began has codes without a year, and each other one has its year before the
number: GPG 1.3 and GPG 2028.1.3, SF V and SF 2031.V. So no number of a goal, a theme or an article
has four digits. The code of an SDG link has that of the SDG or of its target after that of the
goal: GPG 1 SDG 16.a.
"""

import re
from typing import TYPE_CHECKING, NamedTuple, Self

from languages.cached_reverse import cached_reverse

MIN_YEAR = 1_000  # numbers of containers are lower
PART = r"[A-Z0-9]+"
CODE = rf"[A-Z]+(?: {PART}(?:\.{PART})*)?"
PATTERN = rf"^{CODE}\Z"
LINK = re.compile(rf"(?P<code>{CODE})(?: (?P<other>[A-Z]+ [0-9]+(?:\.[0-9A-Za-z]+)?))?", re.ASCII)
YEAR = re.compile(r"[1-9][0-9]{3}", re.ASCII)


class ParsedCode(NamedTuple):
    """The parts of a code; `other` is the code of the SDG or target that it links to, or "".

    GPG 2028.1.3 has the scheme GPG, the year 2028 and the parts 1 and 3.
    """

    scheme: str
    year: int | None
    parts: tuple[str, ...]
    other: str = ""

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Return the parts of a code as it is stored, None for any other text."""
        match = LINK.fullmatch(text)
        if not match:
            return None
        scheme, _space, rest = match["code"].partition(" ")
        parts = tuple(rest.split(".")) if rest else ()
        has_year = bool(parts and YEAR.fullmatch(parts[0]))
        year = int(parts[0]) if has_year else None
        return cls(scheme, year, parts[1:] if has_year else parts, match["other"] or "")

    def __str__(self) -> str:
        parts = [str(self.year), *self.parts] if self.year else self.parts
        return " ".join(filter(None, [self.scheme, ".".join(parts), self.other]))

    def in_edition(self, year: int | None) -> str:
        """Return the code that the same scheme and parts have in the edition of another year."""
        return str(self._replace(year=year))


def to_slug(code: str) -> str:
    """Return a code as it stands in an address: GPG 1.3 becomes GPG-1.3."""
    return code.replace(" ", "-")


def parse_code(text: str) -> str:
    """Return the code that a text means (gpg-1.3 and GPG 1.3 give GPG 1.3), "" for no code."""
    code = normalise_code(text)
    return code if is_code(code) else ""


def is_code(text: str) -> bool:
    """Whether a text is a code as it is stored; the target of an SDG has a small letter."""
    return ParsedCode.of(text) is not None


def normalise_code(text: str) -> str:
    """Return a text in capital letters with one space for hyphens and white space.

    The result is not checked; parse_code() does that.
    """
    return " ".join(text.replace("-", " ").upper().split())


def child_code(parent_code: str, number: int) -> str:
    """Return the code of a numbered statement under a code: GPG 1 gives GPG 1.3, SF gives SF 3."""
    return f"{parent_code}.{number}" if " " in parent_code else f"{parent_code} {number}"


class Coded:
    """Mixin for objects with a `code`: the addresses that follow from it and never change."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def code(self) -> str: ...

    @property
    def anchor(self) -> str:
        """The id of the HTML element that shows this object."""
        return to_slug(self.code)

    @property
    def permanent_address(self) -> str:
        """The path that redirects to the object's page: /id/GPG-1.3."""
        return cached_reverse("code", self.anchor)

    @property
    def citation_address(self) -> str:
        """The path of the page with its citations."""
        return cached_reverse("citations:cite", self.anchor)


def sort_key(code: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Return a sort key by which GPG 1.9 comes before GPG 1.10."""
    letters, _, rest = code.partition(" ")
    parts = rest.split(".") if rest else []
    return (letters, [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts])
