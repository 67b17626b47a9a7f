"""Reading of termbase files, which are untrusted input."""

from collections import Counter
from typing import BinaryIO

from django.utils.translation import gettext as _

from library.glossary.termbase import csv_tables, tbx
from library.glossary.termbase.records import TermRecord
from translations.exchange.reading import parse_file


def read(file: bytes | BinaryIO) -> list[TermRecord]:
    """Return the records of a TBX or CSV file.

    A term that stands in the file more than once gets a `fault`. Raises FileError where the file
    cannot be read.
    """
    term_records = parse_file(file, tbx.read, csv_tables.read, _("The file has no terms."))
    counts = Counter(term_record.slug for term_record in term_records)
    for term_record in term_records:
        if counts[term_record.slug] > 1:
            term_record.fault = _("The term stands in the file more than once.")
    return term_records
