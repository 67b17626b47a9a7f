"""Read a glossary file from outside, of which nothing is believed."""

from collections import Counter

from django.utils.translation import gettext as _

from bilingual.exchange.entries import MOST_UNITS, FileError, too_many
from bilingual.exchange.reading import is_xml, limited
from library.glossary_files import tables, tbx


def read(file):
    """Return the Rows of a file (bytes, or something to read them from), TBX or CSV.

    Raises FileError where it cannot be read at all.
    """
    data = limited(file)
    rows = tbx.read(data) if is_xml(data) else tables.read(data)
    if not rows:
        raise FileError(_("The file has no terms."))
    if len(rows) > MOST_UNITS:
        raise too_many()
    times = Counter(row.slug for row in rows)
    for row in rows:
        if times[row.slug] > 1:
            row.fault = _("The term stands in the file more than once.")
    return rows
