"""The glossary as CSV, which spreadsheets open."""

import csv
from io import StringIO

from django.utils.translation import gettext as _

from languages.csv_safety import guarded, unguarded
from library.glossary.termbase.records import (
    DIGEST,
    TermRecord,
    columns,
    digest_of,
    tidy,
    values_of,
)
from translations.exchange.records import MAX_UNITS, FileError, too_many

MAX_LINES = 1_000_000  # also empty ones, and those within cells


def write(terms):
    """Return the bytes of a file; the mark at its start tells spreadsheets that it is UTF-8."""
    file = StringIO(newline="")
    table = csv.writer(file)
    table.writerow([*columns(), DIGEST])
    for term in terms:
        values = values_of(term)
        table.writerow([*map(guarded, values.values()), digest_of(values)])
    return file.getvalue().encode("utf-8-sig")


def read(data):
    """Return the Rows of a CSV file, whose columns a spreadsheet may have parted by semicolons."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(_("The file is not in UTF-8.")) from error
    if text.count("\n") > MAX_LINES:
        raise too_many()
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    table = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        names = [name.strip() for name in next(table, [])]
        check(names)
        for cells in table:
            if any(cell.strip() for cell in cells):
                rows.append(row(names, cells, table.line_num))
            if len(rows) > MAX_UNITS:
                raise too_many()
    except csv.Error as error:
        raise FileError(
            _("The table is broken in line %(line)s: %(error)s.")
            % {"line": table.line_num, "error": error}
        ) from error
    return rows


def check(names):
    """Raise FileError where the columns are not those of the glossary; some may be missing."""
    if "slug" not in names or len(set(names)) < len(names):
        raise FileError(
            _("The first line has to name the columns, each once, and “slug” with them.")
        )
    if unknown := sorted(set(names) - {*columns(), DIGEST}):
        raise FileError(_("Unknown columns: %(names)s.") % {"names": ", ".join(unknown)[:200]})


def row(names, cells, line):
    found = TermRecord(tidy(dict(zip(names, map(unguarded, cells), strict=False))), line)
    found.digest = found.values.pop(DIGEST, "")
    if len(cells) != len(names):
        found.fault = _("Cells in this line: %(found)s; columns of the table: %(expected)s.") % {
            "found": len(cells),
            "expected": len(names),
        }
    return found
