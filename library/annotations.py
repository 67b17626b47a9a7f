"""Annotations of the documents' lines: corrections and editorial notes."""

from collections import defaultdict
from typing import NamedTuple

from history.content_version import cached_by_version
from library.models import Correction, Note


class Annotations(NamedTuple):
    """The corrections of one line, and the notes on it."""

    corrections: list
    notes: list


@cached_by_version
def annotations_by_line():
    """Return {primary key of the line: Annotations} for each line that has any."""
    annotations = defaultdict(lambda: Annotations([], []))
    for correction in Correction.objects.all():
        annotations[correction.line_id].corrections.append(correction)
    for note in Note.objects.all():
        annotations[note.line_id].notes.append(note)
    return dict(annotations)


def line_annotations(line):
    """Return the Annotations of a line; both lists are empty where `line` is None."""
    return (line and annotations_by_line().get(line.pk)) or Annotations([], [])
