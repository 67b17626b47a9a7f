"""Write the glossary to a file."""

from library.glossary.termbase import tables, tbx
from library.glossary.termbase.rows import all_terms

WRITERS = {"csv": tables.write, "tbx": tbx.write}


def export(form="csv"):
    """Return the bytes of a file with the whole glossary."""
    return WRITERS[form](all_terms())
