"""Read a glossary file from outside, of which nothing is believed."""

from collections import Counter

from django.utils.translation import gettext as _

from library.glossary.termbase import csv_tables, tbx
from translations.exchange.reading import parsed


def read(file):
    """Return the Rows of a file (bytes, or something to read them from), TBX or CSV.

    Raises FileError where it cannot be read at all.
    """
    rows = parsed(file, tbx.read, csv_tables.read, _("The file has no terms."))
    times = Counter(row.slug for row in rows)
    for row in rows:
        if times[row.slug] > 1:
            row.fault = _("The term stands in the file more than once.")
    return rows
