"""Cells of tables that a spreadsheet opens, none of which it takes for a formula."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(text):
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith((*FORMULA, "'")) else text


def unguarded(text):
    return text[1:] if text.startswith("'") and text[1:].startswith((*FORMULA, "'")) else text
