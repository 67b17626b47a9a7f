"""Puts the pieces of text on a page together to visual lines, from right to left in Arabic.

A PDF has pieces of text with positions, in any order. pypdf reads the letters of each piece well;
numbers, brackets and quotations, which are pieces of their own in an Arabic line, it leaves where
the file has them. Their positions say where they belong.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from languages.punctuation import ARABIC_LETTER, unpaired_brackets

LATIN = re.compile(r"[^\W\d_\u0600-\u08ff\ufb50-\ufefc]")
ARABIC = re.compile(f"{ARABIC_LETTER.pattern}|[\ufb50-\ufdff\ufe70-\ufefc]")
MARKS = re.compile("[\u064b-\u065f\u0670\ufe70-\ufe7f\\s]+")
BRACKETS_ALONE = re.compile(r"\s*[()\[\]{}]\s*")
MIRRORED = str.maketrans("()[]{}", ")(][}{")
CLOSES = re.compile("[،؛؟.,:;!?»)\\]‘”]")
OPENS = re.compile(r"[«(\[’“]+")
NUMBER_BESIDE_WORD = re.compile(rf"(?:{ARABIC.pattern}|ـ)[0-9]|[0-9](?:{ARABIC.pattern})")
# As parts of the size of letters.
SAME_LINE = 0.4
MARK_OFFSET = 0.35  # of a vowel sign from the letter before which it is drawn


class Piece(NamedTuple):
    """A piece of text on a page: where it begins on the left, its base line, the size of letters.

    Positions are in points; y is 0 at the bottom of the page.
    """

    text: str
    x: float
    y: float
    size: float


class VisualLine(NamedTuple):
    """A line on a page: its text, base line, size of letters and left end, in points.

    In Arabic, the left end says how full the line is.
    """

    text: str
    y: float
    size: float
    left: float


def visual_lines(pieces: Iterable[Piece]) -> list[VisualLine]:
    """Return the lines of a page, in the order in which the file has them."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if groups and abs(groups[-1][0].y - piece.y) < SAME_LINE * max(piece.size, 1):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    lines = [
        VisualLine(join_pieces(group), group[0].y, group[0].size, min(piece.x for piece in group))
        for group in groups
    ]
    return [line for line in lines if line.text]


def join_pieces(pieces: list[Piece]) -> str:
    """Return the text of a visual line: its pieces in the order of reading."""
    if not any(ARABIC.search(piece.text) for piece in pieces):
        ordered = sorted(pieces, key=lambda piece: piece.x)
        return " ".join("".join(piece.text for piece in ordered).split())
    # Pieces with the same position are parts of one, in the order of drawing, from the left.
    numbered = sorted(enumerate(pieces), key=lambda item: (reading_x(item[1]), item[0]))
    texts = [piece.text for _number, piece in reversed(numbered)]
    texts = left_to_right_runs(texts)
    mirrored = [
        text.translate(MIRRORED) if BRACKETS_ALONE.fullmatch(text) else text for text in texts
    ]
    candidates = [join_texts(texts), join_texts(mirrored)]
    return min(candidates, key=lambda text: len(unpaired_brackets(text)))


def reading_x(piece: Piece) -> float:
    """Return where a piece is in the order of reading; a vowel sign follows its letter."""
    return piece.x - (MARK_OFFSET * piece.size if MARKS.fullmatch(piece.text) else 0)


def left_to_right_runs(texts: list[str]) -> list[str]:
    """Return the texts with those between Latin words in the order of Latin reading."""
    result: list[str] = []
    run: list[str] = []
    for text in [*texts, None]:
        if text is not None and not ARABIC.search(text) and not MARKS.fullmatch(text):
            run.append(text)
            continue
        result += reverse_latin(run)
        run = []
        if text is not None:
            result.append(text)
    return result


def reverse_latin(run: list[str]) -> list[str]:
    """Return texts without Arabic, turned round from the first to the last Latin or number."""
    if not any(LATIN.search(text) for text in run):
        return run
    inner = [index for index, text in enumerate(run) if re.search(r"\w|@", text)]
    first, last = inner[0], inner[-1] + 1
    return [*run[:first], *reversed(run[first:last]), *run[last:]]


def join_texts(texts: list[str]) -> str:
    """Return the texts of an Arabic line as one, with single spaces.

    A space at the end of a piece is often pypdf's guess, from the gap on its wrong side; it is
    left out before a mark that stands close to its word, and after an opening mark.
    """
    joined, previous = "", ""
    for text in texts:
        if CLOSES.match(text) or MARKS.fullmatch(text) or is_opening(previous, joined):
            joined = joined.rstrip()
        elif NUMBER_BESIDE_WORD.fullmatch(joined[-1:] + text[:1]):
            joined += " "
        joined += text.strip() if MARKS.fullmatch(text) else text
        previous = text
    return " ".join(joined.split())


def is_opening(text: str, line: str) -> bool:
    """Whether a text, the last of a line, is an opening bracket or quotation mark alone."""
    mark = text.strip()
    return bool(OPENS.fullmatch(mark)) or (mark == '"' and line.count('"') % 2 == 1)
