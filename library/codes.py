"""Permanent codes such as GPG 1.3, which people cite; in an address a code is GPG-1.3."""

import re
from typing import TYPE_CHECKING

from languages.cached_reverse import cached_reverse

PATTERN = r"^[A-Z]+( [A-Z0-9]+(\.[0-9]+)*)?\Z"
# A code that follows from two others: GPG 1 SDG 16.a.
LINK_PATTERN = r"^[A-Z]+ [A-Z0-9]+(\.[0-9]+)* [A-Z]+ [0-9]+(\.[0-9a-z]+)?\Z"
# Either of them in capital letters.
ANY_PATTERN = r"^[A-Z]+( [A-Z0-9]+(\.[A-Z0-9]+)*)*\Z"


def to_slug(code: str) -> str:
    """Return a code as it stands in an address: GPG 1.3 becomes GPG-1.3."""
    return code.replace(" ", "-")


def parse_code(text: str) -> str:
    """Return the code that a text means (gpg-1.3 and GPG 1.3 give GPG 1.3), "" for no code."""
    code = normalise_code(text)
    return code if re.match(ANY_PATTERN, code, re.ASCII) else ""


def is_code(text: str) -> bool:
    """Whether a text is a code as it is stored; the target of an SDG has a small letter."""
    return bool(re.match(rf"(?:{PATTERN})|(?:{LINK_PATTERN})", text, re.ASCII))


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
