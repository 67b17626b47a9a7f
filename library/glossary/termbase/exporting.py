"""Write the glossary to a file."""

from library.glossary.termbase import csv_tables, tbx
from library.glossary.termbase.records import all_terms

WRITERS = {"csv": csv_tables.write, "tbx": tbx.write}


def export(form="csv"):
    """Return the bytes of a file with the whole glossary."""
    return WRITERS[form](all_terms())
