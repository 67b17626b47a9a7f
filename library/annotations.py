"""Annotations of the documents' lines: corrections and editorial notes."""

from collections import defaultdict
from typing import NamedTuple

from history.content_version import cached_by_version
from library.models import Correction, Line, Note


class Annotations(NamedTuple):
    """The corrections of one line, and the notes on it."""

    corrections: list[Correction]
    notes: list[Note]


@cached_by_version
def annotations_by_line() -> dict[int, Annotations]:
    """Return the Annotations of each line that has any, by its primary key."""
    annotations: defaultdict[int, Annotations] = defaultdict(lambda: Annotations([], []))
    for correction in Correction.objects.all():
        annotations[correction.line_id].corrections.append(correction)
    for note in Note.objects.all():
        annotations[note.line_id].notes.append(note)
    return dict(annotations)


def line_annotations(line: Line | None) -> Annotations:
    """Return the Annotations of a line; both lists are empty where `line` is None."""
    return (line and annotations_by_line().get(line.pk)) or Annotations([], [])
