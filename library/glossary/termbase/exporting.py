"""Export of the glossary."""

from collections.abc import Callable, Iterable

from library.glossary.termbase import csv_tables, tbx
from library.glossary.termbase.records import all_terms
from library.models import Term

WRITERS: dict[str, Callable[[Iterable[Term]], bytes]] = {"csv": csv_tables.write, "tbx": tbx.write}


def export(file_format: str = "csv") -> bytes:
    """Return the whole glossary as a file; `file_format` is a key of WRITERS."""
    return WRITERS[file_format](all_terms())
