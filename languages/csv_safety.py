"""Cells of tables that a spreadsheet opens, none of which it takes for a formula."""

import re

# Wide forms too, and behind whatever a spreadsheet may pass over: spaces and what nobody sees.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
SKIPPED = "[\\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
TO_GUARD = re.compile(f"{SKIPPED}['{re.escape(''.join(FORMULA))}]|[\t\r\n]")


def guarded(text):
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if TO_GUARD.match(text) else text


def unguarded(text):
    return text[1:] if text.startswith("'") and TO_GUARD.match(text[1:]) else text
