"""Compares two versions of a text word by word."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

VOWEL_SIGNS = "\u0300-\u036f\u064b-\u065f\u0670"
LETTERS = rf"[\w{VOWEL_SIGNS}]+"
WORDS_AND_SPACES = re.compile(rf"\s+|{LETTERS}(?:['’]{LETTERS})*|[^\w\s]")

# Pairs of equal words; difflib takes too long for more. The two versions are then shown whole.
MAX_PAIRS = 30_000

KEPT, REMOVED, ADDED = "kept", "removed", "added"


class DiffPart(NamedTuple):
    """A part of a text that both versions have, or that one of them has."""

    kind: str  # KEPT, REMOVED or ADDED
    text: str


def word_diff(before: str | None, after: str | None) -> list[DiffPart]:
    """Return the parts of two versions in reading order, removed before added.

    Words with their vowel signs, marks of punctuation and spaces are the units of comparison. A
    space between two changed words counts as changed, so that changed words next to each other
    are one part. None is an empty text.
    """
    old, new = (WORDS_AND_SPACES.findall(normalize_newlines(text)) for text in (before, after))
    parts: list[DiffPart] = []
    removed = added = ""
    for tag, i1, i2, j1, j2 in [*opcodes(old, new), ("end", 0, 0, 0, 0)]:
        left, right = "".join(old[i1:i2]), "".join(new[j1:j2])
        if tag in ("equal", "end") and (left.strip() or not (removed or added) or tag == "end"):
            parts += [
                DiffPart(kind, text) for kind, text in ((REMOVED, removed), (ADDED, added)) if text
            ]
            removed = added = ""
            parts += [DiffPart(KEPT, left)] if left else []
        else:
            removed, added = removed + left, added + right
    return parts


def opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """Return difflib's opcodes between two lists of words; spaces are junk, which is not matched.

    Two long lists that share many words are one "replace", see MAX_PAIRS.
    """
    if old != new and count_equal_pairs(old, new) > MAX_PAIRS:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes()


def count_equal_pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """Return the number of pairs of equal words, one of each list; spaces do not count."""
    old_counts, new_counts = Counter(old), Counter(new)
    return sum(
        number * new_counts[word] for word, number in old_counts.items() if not word.isspace()
    )


def normalize_newlines(text: str | None) -> str:
    """Return a text with \\n for \\r\\n, "" for None."""
    return (text or "").replace("\r\n", "\n")
