"""Export of the glossary."""

from library.glossary.termbase import csv_tables, tbx
from library.glossary.termbase.records import all_terms

WRITERS = {"csv": csv_tables.write, "tbx": tbx.write}


def export(file_format="csv"):
    """Return the whole glossary as a file in bytes; `file_format` is a key of WRITERS."""
    return WRITERS[file_format](all_terms())
