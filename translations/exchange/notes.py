"""Notes for translators about a unit, which upper packages provide.

XLIFF has them as <note>, PO as extracted comments.
"""

note_providers = []


def register_notes(provider):
    """Register a function that takes a list of Units and returns a list of notes for each.

    A note is a sentence. Returns the function, so that this may be a decorator.
    """
    if provider not in note_providers:
        note_providers.append(provider)
    return provider


def notes_for_units(units):
    """Return a list of notes for each of some Units, in their order."""
    notes_by_unit = [[] for _unit in units]
    for provider in note_providers:
        for unit_notes, more_notes in zip(notes_by_unit, provider(units), strict=True):
            unit_notes += more_notes
    return notes_by_unit
