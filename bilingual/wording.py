"""What two wordings of a text differ in, word by word."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

VOWEL_SIGNS = "\u0300-\u036f\u064b-\u065f\u0670"
LETTERS = rf"[\w{VOWEL_SIGNS}]+"
WORDS_AND_SPACES = re.compile(rf"\s+|{LETTERS}(?:['’]{LETTERS})*|[^\w\s]")

KEPT, REMOVED, ADDED = "kept", "removed", "added"


class Piece(NamedTuple):
    """A part of either wording, and whether both have it."""

    kind: str
    text: str


def differences(before, after):
    """Return the Pieces of two wordings in reading order, what was removed before what was added.

    A word with its vowel signs is one word; signs of punctuation are words of their own. A space
    between two changed words is changed with them, so that what was written anew reads as one.
    """
    old, new = (WORDS_AND_SPACES.findall(joined(text)) for text in (before, after))
    pieces, removed, added = [], "", ""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, i1, i2, j1, j2 in [*matcher.get_opcodes(), ("end", 0, 0, 0, 0)]:
        one, other = "".join(old[i1:i2]), "".join(new[j1:j2])
        if kind in ("equal", "end") and (one.strip() or not (removed or added) or kind == "end"):
            pieces += [
                Piece(changed, text)
                for changed, text in ((REMOVED, removed), (ADDED, added))
                if text
            ]
            removed = added = ""
            pieces += [Piece(KEPT, one)] if one else []
        else:
            removed, added = removed + one, added + other
    return pieces


def joined(text):
    return (text or "").replace("\r\n", "\n")
