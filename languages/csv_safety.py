"""Cells of CSV files that no spreadsheet runs as a formula (OWASP: CSV injection)."""

import re

# Full-width forms too. A spreadsheet may skip spaces and invisible characters before them.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
SKIPPED = "[\\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
FORMULA = re.compile(f"{SKIPPED}['{re.escape(''.join(FORMULA_STARTS))}]|[\t\r\n]")


def escape_formula(text: str) -> str:
    """Return the text of a cell, with an apostrophe before it where it looks like a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Return the text of a cell without the apostrophe that escape_formula() put before it."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text
