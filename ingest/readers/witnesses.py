"""Compares the two witnesses of a PDF: its text layer, and the recognised text of its pictures.

What both say alike is agreed; spaces and what NFKC changes make no difference. Two readers of the
same text layer would be one witness: they err together. Measured on eight files: in none of them
does an agreed line differ from the document.
"""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from ingest.readers.markers import ends_sentence
from ingest.readers.results import Reader, ReadLine
from languages.punctuation import ARABIC_LETTER

# A page with more words is not compared: it would take minutes.
MAX_WORDS = 3_000
SENTENCE = re.compile(r"\S.*?(?:[.!?؟؛](?=[\s»”’‘\")]|$)[»”’‘\")]*|$)")


class Witness(NamedTuple):
    """The words of a recognised page, and the positions at which its visual lines begin.

    The last of the beginnings is the number of words.
    """

    words: list[str]
    beginnings: set[int]


def compare_page(
    lines: Sequence[ReadLine], page: int, recognised: str | None, *, is_scanned: bool = False
) -> list[ReadLine]:
    """Return the lines of a page, each with what the second witness agrees with.

    `lines` are all lines of the document, of which those that begin on the page are returned;
    `recognised` is the text of the page's picture, a line for each visual line, or None without
    Tesseract. A scanned page, which has no text of its own (`ReadDocument.scanned_pages`), gets
    the recognised lines; nothing of them is agreed, since they have one witness.
    """
    on_page = [line for line in lines if line.page == page]
    if recognised is None:
        return on_page
    if is_scanned:
        texts = [" ".join(text.split()) for text in recognised.splitlines()]
        return [ReadLine(text, Reader.OCR, page=page) for text in texts if text]
    return agree(on_page, recognised)


def agree(lines: Sequence[ReadLine], recognised: str) -> list[ReadLine]:
    """Return the lines of the text layer, marked by what the recognised text says alike."""
    witness = read_witness(recognised)
    own = [normalise(line.text) for line in lines]
    words = [word for text in own for word in text]
    if max(len(words), len(witness.words)) > MAX_WORDS:
        return list(lines)
    matcher = SequenceMatcher(None, words, witness.words, autojunk=False)
    # For each own word the position of the same word of the other witness.
    same: dict[int, int] = {}
    for block in matcher.get_matching_blocks():
        same |= {block.a + offset: block.b + offset for offset in range(block.size)}
    marked, start = [], 0
    for line, own_words in zip(lines, own, strict=True):
        marked.append(mark(line, start, len(own_words), same, witness))
        start += len(own_words)
    return marked


def read_witness(recognised: str) -> Witness:
    """Return the words of a recognised text and where its visual lines begin."""
    words: list[str] = []
    beginnings = {0}
    for line in recognised.splitlines():
        words += normalise(line)
        beginnings.add(len(words))
    return Witness(words, beginnings)


def normalise(text: str) -> list[str]:
    """Return the words of a text after NFKC."""
    return unicodedata.normalize("NFKC", text).split()


def mark(
    line: ReadLine, start: int, length: int, same: dict[int, int], witness: Witness
) -> ReadLine:
    """Return a line with the sentences that agree; `start` is the position of its first word.

    The whole line agrees where it is also one or more whole visual lines of the other witness,
    the layout shows its ends, and it has Arabic, for which the recognition is made. Where the ends
    are not sure, the first sentence may lack its beginning, and one without a final stop its end.
    """
    agreed = []
    position = start
    for sentence in SENTENCE.finditer(line.text):
        count = len(normalise(sentence[0]))
        is_whole = line.has_sure_ends or (position > start and ends_sentence(sentence[0]))
        if is_whole and is_run(position, count, same):
            agreed.append(sentence.span())
        position += count
    is_agreed = (
        line.has_sure_ends
        and bool(ARABIC_LETTER.search(line.text))
        and is_run(start, length, same)
        and {same[start], same[start + length - 1] + 1} <= witness.beginnings
    )
    return line._replace(is_agreed=is_agreed, agreed=tuple(agreed))


def is_run(start: int, length: int, same: dict[int, int]) -> bool:
    """Whether some own words, at least one, stand together in the other witness too."""
    first = same.get(start)
    return (
        bool(length)
        and first is not None
        and all(same.get(start + offset) == first + offset for offset in range(length))
    )


def count_sentences(lines: Sequence[ReadLine]) -> int:
    """Return the number of sentences of lines, of which `ReadLine.agreed` has those that agree."""
    return sum(len(SENTENCE.findall(line.text)) for line in lines)
