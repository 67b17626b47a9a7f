"""What two wordings of a text differ in, word by word."""

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import NamedTuple

VOWEL_SIGNS = "\u0300-\u036f\u064b-\u065f\u0670"
LETTERS = rf"[\w{VOWEL_SIGNS}]+"
WORDS_AND_SPACES = re.compile(rf"\s+|{LETTERS}(?:['’]{LETTERS})*|[^\w\s]")

# Pairs of equal words beyond which nobody waits: the two wordings are then shown whole.
MAX_PAIRS = 30_000

KEPT, REMOVED, ADDED = "kept", "removed", "added"


class DiffPart(NamedTuple):
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
    for kind, i1, i2, j1, j2 in [*steps(old, new), ("end", 0, 0, 0, 0)]:
        one, other = "".join(old[i1:i2]), "".join(new[j1:j2])
        if kind in ("equal", "end") and (one.strip() or not (removed or added) or kind == "end"):
            pieces += [
                DiffPart(changed, text)
                for changed, text in ((REMOVED, removed), (ADDED, added))
                if text
            ]
            removed = added = ""
            pieces += [DiffPart(KEPT, one)] if one else []
        else:
            removed, added = removed + one, added + other
    return pieces


def steps(old, new):
    """Return what makes one list of words the other, as difflib has it; spaces match nothing."""
    if old != new and pairs(old, new) > MAX_PAIRS:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes()


def pairs(old, new):
    ours, theirs = Counter(old), Counter(new)
    return sum(number * theirs[word] for word, number in ours.items() if not word.isspace())


def joined(text):
    return (text or "").replace("\r\n", "\n")
