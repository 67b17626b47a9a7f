"""What two wordings of a text differ in, word by word."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

VOWEL_SIGNS = "\u0300-\u036f\u064b-\u065f\u0670"
WORDS_AND_SPACES = re.compile(rf"\s+|[\w{VOWEL_SIGNS}]+|[^\w\s]")

KEPT, REMOVED, ADDED = "kept", "removed", "added"


class Piece(NamedTuple):
    """A part of either wording, and whether both have it."""

    kind: str
    text: str


def differences(before, after):
    """Return the Pieces of two wordings in reading order, what was removed before what was added.

    A word with its vowel signs is one word; signs of punctuation are words of their own.
    """
    old, new = (WORDS_AND_SPACES.findall(joined(text)) for text in (before, after))
    pieces = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece(KEPT, "".join(old[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece(REMOVED, "".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece(ADDED, "".join(new[j1:j2])))
    return pieces


def joined(text):
    return (text or "").replace("\r\n", "\n")
