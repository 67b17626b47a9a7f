"""Proposes what each line is, by five rules: a person decides.

A bullet is content and an ordinal a heading; a line that stands in the document again and again is
boilerplate, and so is one without any Arabic; a final stop and a great length are content; a short
line without a final stop is a heading, unless its position says otherwise. Of the 219 lines of our
own five documents, the rules class more than 89 % as our editors did.
"""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.readers.markers import begins_item, begins_with_ordinal, ends_sentence
from ingest.readers.results import LineKind, ReadLine
from languages.punctuation import ARABIC_LETTER

MAX_HEADING_LENGTH = 120  # characters
MAX_QUESTION_LENGTH = 60  # of a heading that is a question
MAX_DATE_WORDS = 4
MANY_TIMES = 4  # a line that stands so often is boilerplate at its first place too
YEAR = re.compile("[12][0-9]{3}|[١٢][٠-٩]{3}")


def propose_kinds(lines: Sequence[ReadLine]) -> list[ReadLine]:
    """Return the lines with a proposal of their kinds; headings that a file names as such stay."""
    texts = [line.text.strip() for line in lines]
    written = [index for index, text in enumerate(texts) if text]
    kinds = dict(zip(written, line_kinds([texts[index] for index in written]), strict=True))
    return [
        line
        if line.kind == LineKind.HEADING
        else line._replace(kind=kinds.get(index, LineKind.CONTENT))
        for index, line in enumerate(lines)
    ]


def line_kinds(texts: Sequence[str]) -> list[LineKind]:
    """Return the kind of each text; none of them is blank."""
    counts = Counter(texts)
    seen: set[str] = set()
    kinds: list[LineKind] = []
    for text in texts:
        is_repeated = text in seen or counts[text] >= MANY_TIMES
        before = kinds[-1] if kinds else None
        kinds.append(line_kind(text, is_repeated=is_repeated, before=before))
        seen.add(text)
    # A heading has something below it: one at the end is left over from a page.
    for index in range(len(kinds) - 1, 0, -1):
        if kinds[index] == LineKind.CONTENT:
            break
        kinds[index] = LineKind.BOILERPLATE
    return kinds


def line_kind(text: str, *, is_repeated: bool, before: LineKind | None) -> LineKind:
    """Return the kind of a text; `before` is that of the line above it, None for the first."""
    if begins_with_ordinal(text):
        return LineKind.HEADING
    if begins_item(text):
        return LineKind.CONTENT
    if is_repeated or not ARABIC_LETTER.search(text):
        return LineKind.BOILERPLATE
    if not is_short(text) or is_date(text):
        return LineKind.CONTENT
    # Below a heading stands its text, however short.
    return LineKind.CONTENT if before == LineKind.HEADING else LineKind.HEADING


def is_short(text: str) -> bool:
    """Whether a text is as short as a heading and has no final stop; a short question is one."""
    if text.endswith(("؟", "?")):
        return len(text) <= MAX_QUESTION_LENGTH
    return len(text) <= MAX_HEADING_LENGTH and not ends_sentence(text)


def is_date(text: str) -> bool:
    """Whether a text is hardly more than a date."""
    words = text.split()
    return len(words) <= MAX_DATE_WORDS and bool(YEAR.fullmatch(words[-1]))
