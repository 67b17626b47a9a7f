"""Makes the text of a line what a reader sees: removes the unseen, repairs what is surely broken.

A document's line is, byte for byte, what a reader sees. So marks of direction and characters that
nobody sees are removed from it, and a notice names them.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from ingest.readers.results import (
    Notice,
    NoticeKind,
    ReadLine,
    Repair,
    RepairKind,
    excerpts,
)
from languages.punctuation import INVISIBLE, invisible_characters

# Many PDF files give lam-alef as alef-lam. No Arabic word begins so, nor with one of the letters
# before a hamza form: after these, alef with hamza and lam cannot follow an alef.
TURNED_LAM_ALEF = re.compile(
    r"(?<![\w\u064b-\u065f\u0670])(?:ا(?P<alone>[إأآا])ل|(?P<before>[وفبك])ا(?P<joined>[إأآ])ل)"
)
# Letters as they are drawn, and Latin ligatures. Ornate brackets (FD3E, FD3F), honorifics and
# symbols (FDFA to FDFF) are characters of their own.
PRESENTATION = re.compile("[\ufb00-\ufb06\ufb50-\ufd3d\ufd40-\ufdf9\ufe70-\ufefc]+")
# Vowel signs in a form that NFKC would put on a space or a tatweel: U+FE70 to U+FE7F.
DRAWN_MARK = re.compile("[\ufe70-\ufe7f]")


def clean(line: ReadLine) -> ReadLine:
    """Return the line as a reader sees it, with each repair that was made."""
    text, repairs = line.text, list(line.repairs)
    if names := invisible_characters(text):
        text = INVISIBLE.sub("", text)
        repairs += [Repair(RepairKind.INVISIBLE, name) for name in names]
    for kind, repair in ((RepairKind.PRESENTATION, plain_letters), (RepairKind.LAM_ALEF, turn)):
        repaired = repair(text)
        repairs += [Repair(kind, *words) for words in changed_words(text, repaired)]
        text = repaired
    return line._replace(text=text, repairs=tuple(repairs))


def turn(text: str) -> str:
    """Return a text in which words begin with lam-alef where they began with alef-lam."""
    return TURNED_LAM_ALEF.sub(
        lambda match: (
            f"ال{match['alone']}" if match["alone"] else f"{match['before']}ال{match['joined']}"
        ),
        text,
    )


def plain_letters(text: str) -> str:
    """Return a text with plain letters (NFKC) in the place of letters as they are drawn."""
    return PRESENTATION.sub(
        lambda match: unicodedata.normalize("NFKC", DRAWN_MARK.sub(plain_mark, match[0])), text
    )


def plain_mark(match: re.Match[str]) -> str:
    """Return the vowel sign of a drawn one, without what carries it."""
    return unicodedata.normalize("NFKC", match[0]).strip(" ـ")


def changed_words(before: str, after: str) -> list[tuple[str, str]]:
    """Return the words that differ between two texts with the same spaces: (before, after)."""
    pairs = zip(before.split(" "), after.split(" "), strict=False)
    return [(old, new) for old, new in pairs if old != new]


def invisible_notices(lines: Iterable[ReadLine]) -> list[Notice]:
    """Return the notice about characters that were removed from lines, if there are any."""
    names = Counter(
        repair.before
        for line in lines
        for repair in line.repairs
        if repair.kind == RepairKind.INVISIBLE
    )
    if not names:
        return []
    details = [f"{name} ({count})" for name, count in names.most_common()]
    return [Notice(NoticeKind.INVISIBLE, names.total(), excerpts(details))]
