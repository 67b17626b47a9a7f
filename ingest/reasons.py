"""Proposes why a line is no content; a person decides."""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.models import BoilerplateReason
from ingest.readers.kinds import MANY_TIMES
from ingest.readers.results import LineKind, Reader, ReadLine
from languages.punctuation import ARABIC_LETTER

# 12, ٣ / ٤٥, - 7 -, صفحة 3, Page 3 of 9
PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:صفحة|الصفحة|page)?\s*\d+(?:\s*(?:/|من|of)\s*\d+)?[-–—\s]*", re.IGNORECASE
)


def propose_reasons(lines: Sequence[ReadLine]) -> list[BoilerplateReason | None]:
    """Return for each line why it is no content, None for headings and content."""
    counts = Counter(line.text.strip() for line in lines)
    return [
        propose_reason(line, counts[line.text.strip()])
        if line.kind == LineKind.BOILERPLATE
        else None
        for line in lines
    ]


def propose_reason(line: ReadLine, times: int) -> BoilerplateReason:
    """Return why a line is no content that stands a number of times in its document."""
    text = line.text.strip()
    if PAGE_NUMBER.fullmatch(text):
        return BoilerplateReason.NUMBER
    if not ARABIC_LETTER.search(text):
        return BoilerplateReason.ADDRESS
    if times > 1:
        return BoilerplateReason.REPEATED if times >= MANY_TIMES else BoilerplateReason.COVER
    return BoilerplateReason.WEB if line.reader == Reader.HTML else BoilerplateReason.CAPTION
