"""What is said about the lines of the documents: slips that are corrected there, and notes."""

from collections import defaultdict
from typing import NamedTuple

from history.content_version import remembered
from library.models import Correction, Note


class Annotations(NamedTuple):
    """The corrections of one line, and the notes on it."""

    corrections: list
    notes: list


@remembered
def all_annotations():
    """Return the Annotations of every line that has some, by its number in the database."""
    found = defaultdict(lambda: Annotations([], []))
    for correction in Correction.objects.all():
        found[correction.line_id].corrections.append(correction)
    for note in Note.objects.all():
        found[note.line_id].notes.append(note)
    return dict(found)


def annotations_of(line):
    """Return the Annotations of a line, empty ones where there is no line."""
    return (line and all_annotations().get(line.pk)) or Annotations([], [])
