"""Reads exchange files. They come from outside, so their size and form are checked first."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Protocol

from django.utils.translation import gettext as _

from languages import languages
from translations.exchange import po, xliff
from translations.exchange.records import MAX_UNITS, FileError, FileUnit, too_many_units_error

MAX_BYTES = 20 * 1024 * 1024
MAX_SHOWN_LINES = 5  # line numbers in a message
# The first bytes of archives, compressed files and office documents, which may unpack to any size.
PACKED_SIGNATURES: tuple[bytes, ...] = (
    b"PK",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"Rar!",
)


class BinaryFile(Protocol):
    """An open binary file, on the disk or in an upload."""

    def read(self, size: int, /) -> bytes: ...


def read(file: bytes | BinaryFile) -> list[FileUnit]:
    """Return the units of a PO or XLIFF file.

    Raises FileError where it cannot be read.
    """
    file_units = parse_file(file, xliff.read, po.read, _("The file has no texts."))
    for file_unit in file_units:
        file_unit.language = portal_language(file_unit.language)
    mark_repeated(file_units)
    return file_units


def parse_file[Record](
    file: bytes | BinaryFile,
    read_xml: Callable[[bytes], list[Record]],
    read_other: Callable[[bytes], list[Record]],
    empty_message: str,
) -> list[Record]:
    """Return the records that one of two functions reads from a file, at least one.

    `read_xml` takes a file that is XML, `read_other` one that is not. Raises FileError
    where the file cannot be read, has too many records, or has none (with `empty_message`).
    """
    data = read_limited(file)
    records = (read_xml if is_xml(data) else read_other)(data)
    if not records:
        raise FileError(empty_message)
    if len(records) > MAX_UNITS:
        raise too_many_units_error()
    return records


def read_limited(file: bytes | BinaryFile) -> bytes:
    """Return the bytes of a file, after reading at most MAX_BYTES + 1 of them.

    Raises FileError where the file is too large, packed or empty.
    """
    data = file if isinstance(file, bytes) else file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FileError(
            _("The file is larger than %(size)s MB; please split it.")
            % {"size": MAX_BYTES // 1024 // 1024}
        )
    if data.startswith(PACKED_SIGNATURES):
        raise FileError(
            _(
                "The file is a workbook or a packed file (XLSX, ZIP), none of which are opened; "
                "please save it as PO, XLIFF, TBX or CSV."
            )
        )
    if not data.strip():
        raise FileError(_("The file is empty."))
    return data


def is_xml(data: bytes) -> bool:
    """Whether bytes begin with <, in UTF-8 or UTF-16, after a byte order mark and spaces."""
    start = data[:200].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    return start.startswith(b"<")


def portal_language(language: str) -> str:
    """Return the portal's code of a language that a file names: en for en_GB.

    Raises FileError where the portal does not have the language.
    """
    code = language.replace("_", "-").split("-")[0].lower()
    if code not in languages.language_codes():
        raise FileError(
            _("The file is in “%(language)s”, which is no language of the portal.")
            % {"language": language[:40]}
        )
    return code


def mark_repeated(file_units: Iterable[FileUnit]) -> None:
    """Set a fault on all FileUnits with the same key, since it is unclear which one is right."""
    file_units_by_key: defaultdict[str, list[FileUnit]] = defaultdict(list)
    for file_unit in file_units:
        file_units_by_key[file_unit.key].append(file_unit)
    for repeated in file_units_by_key.values():
        if len(repeated) > 1:
            lines = ", ".join(str(file_unit.line) for file_unit in repeated[:MAX_SHOWN_LINES])
            fault = _("The text stands in the file more than once: lines %(lines)s.")
            for file_unit in repeated:
                file_unit.fault = fault % {"lines": lines}
