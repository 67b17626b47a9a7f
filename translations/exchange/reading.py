"""Read exchange files from outside, of which nothing is believed."""

from collections import defaultdict

from django.utils.translation import gettext as _

from languages import languages
from translations.exchange import po, xliff
from translations.exchange.records import MAX_UNITS, FileError, too_many

MAX_BYTES = 20 * 1024 * 1024
MAX_SHOWN = 5
# How files begin that have other files in them, or may unpack to any size.
PACKED = (
    b"PK",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"Rar!",
)


def read(file):
    """Return the Entries of a file (bytes, or something to read them from), PO or XLIFF.

    Raises FileError where it cannot be read at all.
    """
    entries = parsed(file, xliff.read, po.read, _("The file has no texts."))
    for entry in entries:
        entry.language = known(entry.language)
    note_repeated(entries)
    return entries


def parsed(file, read_xml, read_other, if_empty):
    """Return what one of two readers finds in a file, by whether it is XML; never nothing.

    Raises FileError, with the sentence `if_empty` where the file has nothing.
    """
    data = limited(file)
    found = (read_xml if is_xml(data) else read_other)(data)
    if not found:
        raise FileError(if_empty)
    if len(found) > MAX_UNITS:
        raise too_many()
    return found


def limited(file):
    """Return the bytes of a file, having read no more of it than is taken."""
    data = file if isinstance(file, bytes) else file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FileError(
            _("The file is larger than %(size)s MB; please split it.")
            % {"size": MAX_BYTES // 1024 // 1024}
        )
    if data.startswith(PACKED):
        raise FileError(
            _(
                "The file is a workbook or a packed file (XLSX, ZIP), none of which are opened; "
                "please save it as PO, XLIFF, TBX or CSV."
            )
        )
    if not data.strip():
        raise FileError(_("The file is empty."))
    return data


def is_xml(data):
    start = data[:200].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    return start.startswith(b"<")


def known(language):
    """Return the portal's code of a language that a file names: en of en_GB."""
    code = language.replace("_", "-").split("-")[0].lower()
    if code not in languages.codes():
        raise FileError(
            _("The file is in “%(language)s”, which is no language of the portal.")
            % {"language": language[:40]}
        )
    return code


def note_repeated(entries):
    """Note what stands in a file more than once, since nobody knows which of them is meant."""
    of_keys = defaultdict(list)
    for entry in entries:
        of_keys[entry.key].append(entry)
    for same in of_keys.values():
        if len(same) > 1:
            lines = ", ".join(str(entry.line) for entry in same[:MAX_SHOWN])
            fault = _("The text stands in the file more than once: lines %(lines)s.")
            for entry in same:
                entry.fault = fault % {"lines": lines}
