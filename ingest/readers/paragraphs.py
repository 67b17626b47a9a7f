"""Joins the visual lines of pages to the lines of a document: its paragraphs, headings and items.

Five things say where a line of the document ends: a bullet or an ordinal, a change of the size of
letters, a wider space, a visual line that is not full, and a final stop. Where they contradict each
other or are too few, the ends of the line are not sure, and no witness makes it agreed.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.readers.markers import begins_item, ends_sentence
from ingest.readers.visual_lines import ARABIC, VisualLine

# The room that a line has left, as a multiple of what the next word needs: what is between the two
# may be either, since letters differ in width.
FULL = 1.25
SHORT = 2.5
LETTER_WIDTH = 0.4  # of the size of letters, on average
WIDE = 1.25  # of the distance of lines within a paragraph
OTHER_SIZE = 1.1


class PageLine(NamedTuple):
    """A visual line and the number of its page, from 1 on."""

    line: VisualLine
    page: int


class Paragraph(NamedTuple):
    """A line of the document; `page` is where it begins.

    `has_sure_ends` says whether the layout shows where it begins and ends.
    """

    text: str
    page: int
    has_sure_ends: bool


class Break(NamedTuple):
    """Whether a line of the document ends between two visual lines, and whether that is sure."""

    is_break: bool
    is_sure: bool


class Layout(NamedTuple):
    """The measures of a document: where its lines end on the left, in points.

    `spacing` is the distance of lines within a paragraph, as a multiple of the size of letters;
    `has_gaps` says whether some paragraphs stand farther apart than their lines, and
    `always_has_gaps` whether no line that is not full stands close to the next one.
    """

    left: float
    spacing: float
    has_gaps: bool
    always_has_gaps: bool

    def room(self, upper: PageLine, lower: PageLine) -> float:
        """Return how much room a line has, as a multiple of what the word below it needs."""
        word = lower.line.text.split(maxsplit=1)[0]
        needed = (len(word) + 1) * LETTER_WIDTH * max(lower.line.size, 1)
        return (upper.line.left - self.left) / needed

    def is_close(self, upper: PageLine, lower: PageLine) -> bool:
        """Whether two lines stand as near to each other as those of a paragraph."""
        return 0 < distance(upper, lower) <= WIDE * self.spacing


def join_lines(lines: Sequence[PageLine]) -> list[Paragraph]:
    """Return the lines of the document that the visual lines of its pages make up."""
    if not lines:
        return []
    layout = measure(lines)
    paragraphs: list[Paragraph] = []
    texts, page, is_sure = [lines[0].line.text], lines[0].page, True
    for upper, lower in pairwise(lines):
        decision = find_break(upper, lower, layout)
        if not decision.is_break:
            texts.append(lower.line.text)
            is_sure = is_sure and decision.is_sure
            continue
        paragraphs.append(Paragraph(" ".join(texts), page, is_sure and decision.is_sure))
        texts, page, is_sure = [lower.line.text], lower.page, decision.is_sure
    return [*paragraphs, Paragraph(" ".join(texts), page, is_sure)]


def measure(lines: Sequence[PageLine]) -> Layout:
    """Return the measures of the document that the visual lines make up."""
    lefts = sorted(line.left for line, _page in lines if ARABIC.search(line.text))
    spacings = Counter(
        round(spacing, 1)
        for upper, lower in pairwise(lines)
        if (spacing := distance(upper, lower)) > 0
    )
    common = [spacing for spacing, count in spacings.items() if count > 1] or list(spacings)
    smallest = min(common, default=0.0)
    wide = sum(count for spacing, count in spacings.items() if spacing > WIDE * smallest)
    layout = Layout(lefts[len(lefts) // 20] if lefts else 0.0, smallest, wide > 1, False)
    rooms = (
        layout.room(upper, lower)
        for upper, lower in pairwise(lines)
        if layout.is_close(upper, lower) and not begins_item(lower.line.text)
    )
    return layout._replace(always_has_gaps=wide > 1 and all(room <= FULL for room in rooms))


def distance(upper: PageLine, lower: PageLine) -> float:
    """Return the distance of two base lines, in sizes of letters; 0 where it says nothing."""
    if upper.page != lower.page or not upper.line.size:
        return 0.0
    return max(0.0, (upper.line.y - lower.line.y) / upper.line.size)


def find_break(upper: PageLine, lower: PageLine, layout: Layout) -> Break:
    """Return whether a line of the document ends between two visual lines."""
    room = layout.room(upper, lower)
    is_full, is_short = room <= FULL, room > SHORT
    is_ended = ends_sentence(upper.line.text)
    if begins_item(lower.line.text):
        return Break(True, True)
    if upper.page != lower.page:
        return Break(not is_full or is_ended, is_short)
    sizes = sorted((upper.line.size, lower.line.size))
    if sizes[1] > OTHER_SIZE * sizes[0]:
        return Break(True, True)
    if layout.has_gaps and not layout.is_close(upper, lower):
        return Break(True, is_ended or not is_full)
    if is_full and (layout.has_gaps or not is_ended):
        return Break(False, layout.always_has_gaps)
    return Break(True, is_ended and not layout.has_gaps and is_short)
