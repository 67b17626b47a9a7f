"""The glossary as CSV, for spreadsheets: a header, then one term in each row."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from django.utils.translation import gettext as _

from languages.csv_safety import escape_formula, unescape_formula
from library.glossary.termbase.records import (
    DIGEST_COLUMN,
    TermRecord,
    column_names,
    normalise_values,
    term_values,
    values_digest,
)
from library.models import Term
from translations.exchange.records import MAX_UNITS, FileError, too_many_units_error

MAX_LINES = 1_000_000  # also empty ones, and those within cells


def write(terms: Iterable[Term]) -> bytes:
    """Return terms as a CSV file.

    It begins with a byte order mark, by which spreadsheets know that it is UTF-8.
    """
    file = StringIO(newline="")
    table = csv.writer(file)
    table.writerow([*column_names(), DIGEST_COLUMN])
    for term in terms:
        values = term_values(term)
        table.writerow([*map(escape_formula, values.values()), values_digest(values)])
    return file.getvalue().encode("utf-8-sig")


def read(data: bytes) -> list[TermRecord]:
    """Return the records of a CSV file.

    Cells may be separated by commas, semicolons or tabs, as spreadsheets of different countries
    do it. Raises FileError where the file is not UTF-8, its header is wrong, a row is broken or
    there are too many rows.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(_("The file is not in UTF-8.")) from error
    if text.count("\n") > MAX_LINES:
        raise too_many_units_error()
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    table = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    term_records: list[TermRecord] = []
    try:
        names = [name.strip() for name in next(table, [])]
        check_header(names)
        for cells in table:
            if any(cell.strip() for cell in cells):
                term_records.append(read_row(names, cells, table.line_num))
            if len(term_records) > MAX_UNITS:
                raise too_many_units_error()
    except csv.Error as error:
        raise FileError(
            _("The table is broken in line %(line)s: %(error)s.")
            % {"line": table.line_num, "error": error}
        ) from error
    return term_records


def check_header(names: Sequence[str]) -> None:
    """Raise FileError for an unknown or repeated column, or where the column slug is missing.

    Other columns may be missing.
    """
    if "slug" not in names or len(set(names)) < len(names):
        raise FileError(
            _("The first line has to name the columns, each once, and “slug” with them.")
        )
    if unknown := sorted(set(names) - {*column_names(), DIGEST_COLUMN}):
        raise FileError(_("Unknown columns: %(names)s.") % {"names": ", ".join(unknown)[:200]})


def read_row(names: Sequence[str], cells: Sequence[str], line: int) -> TermRecord:
    """Return the TermRecord of a row; a wrong number of cells becomes its `fault`."""
    values = normalise_values(dict(zip(names, map(unescape_formula, cells), strict=False)))
    term_record = TermRecord(values, line)
    term_record.digest = values.pop(DIGEST_COLUMN, "")
    if len(cells) != len(names):
        message = _("Cells in this line: %(found)s; columns of the table: %(expected)s.")
        term_record.fault = message % {"found": len(cells), "expected": len(names)}
    return term_record
