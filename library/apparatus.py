"""What is said about the lines of the documents: slips that are corrected there, and notes."""

from collections import defaultdict
from typing import NamedTuple

from bilingual.versions import remembered


class Apparatus(NamedTuple):
    """The corrections of one line, and the notes on it."""

    corrections: list
    notes: list


@remembered
def apparatus():
    """Return the Apparatus of every line, by its number in the database; it is no large matter."""
    from library.models import Correction, Note

    found = defaultdict(lambda: Apparatus([], []))
    for correction in Correction.objects.all():
        found[correction.line_id].corrections.append(correction)
    for note in Note.objects.all():
        found[note.line_id].notes.append(note)
    return dict(found)


def apparatus_of(line):
    """Return the Apparatus of a line."""
    return apparatus().get(line.pk) or Apparatus([], [])
