"""Permanent codes such as GPG 1.3, which people cite, and their form in addresses, GPG-1.3."""

import re

from languages.cached_reverse import address

PATTERN = r"^[A-Z]+( [A-Z0-9]+(\.[0-9]+)*)?\Z"


def to_address(code):
    return code.replace(" ", "-")


def from_address(address):
    """Return the code that an address names, however it was typed: gpg-1.3, GPG 1.3.

    Returns "" where it cannot be a code.
    """
    code = normalised(address)
    return code if re.match(PATTERN, code, re.ASCII) else ""


def normalised(address):
    return " ".join(address.replace("-", " ").upper().split())


def below(code, number):
    """Return the code of the numbered statement under a code: GPG 1 → GPG 1.3, SF → SF 3."""
    return f"{code}.{number}" if " " in code else f"{code} {number}"


class Coded:
    """Whatever has a code of its own, and with it addresses that never change."""

    __slots__ = ()

    @property
    def anchor(self):
        return to_address(self.code)

    @property
    def permanent_address(self):
        return address("code", self.anchor)

    @property
    def citation_address(self):
        return address("citations:cite", self.anchor)


def sort_key(code):
    """Return what sorts GPG 1.10 behind GPG 1.9."""
    letters, _, rest = code.partition(" ")
    parts = rest.split(".") if rest else []
    return (letters, [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts])
