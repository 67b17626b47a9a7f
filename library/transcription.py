"""How a line of a document is read: what of it is marker, and what it says once corrected."""

import re

# What stands before the words of a line: a bullet, a numeral in quotation marks, an ordinal.
MARKER = re.compile(r"^(?:- )?(?:’[0-9]‘ )?(?:(?:أولاً|ثانياً|ثالثا|رابعا|خامسا)\. )?")


def without_marker(text):
    return MARKER.sub("", text.strip())


def corrected(text, corrections):
    """Return the words of a line after its corrections.

    Raises ValueError where what is to be corrected does not stand in the line exactly once.
    """
    for correction in corrections:
        if text.count(correction.original) != 1:
            raise ValueError(correction.original)
        text = text.replace(correction.original, correction.reading)
    return without_marker(text)
