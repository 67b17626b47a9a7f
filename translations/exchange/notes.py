"""Notes for translators about a unit, which upper packages provide.

XLIFF has them as <note>, PO as extracted comments.
"""

from collections.abc import Callable, Sequence

from translations.units import Unit

type NoteProvider = Callable[[Sequence[Unit]], list[list[str]]]

note_providers: list[NoteProvider] = []


def register_notes(provider: NoteProvider) -> NoteProvider:
    """Register a function that returns a list of notes for each unit.

    A note is a sentence. Returns the function, so that this may be a decorator.
    """
    if provider not in note_providers:
        note_providers.append(provider)
    return provider


def notes_for_units(units: Sequence[Unit]) -> list[list[str]]:
    """Return a list of notes for each of some units, in their order."""
    notes_by_unit: list[list[str]] = [[] for _unit in units]
    for provider in note_providers:
        for unit_notes, more_notes in zip(notes_by_unit, provider(units), strict=True):
            unit_notes += more_notes
    return notes_by_unit
