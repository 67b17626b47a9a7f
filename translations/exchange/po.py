"""PO files, the format of GNU gettext, written and read by polib.

A unit is a message. Its key is the context (msgctxt), and an extracted comment carries its digests.
"""

import re
from collections.abc import Sequence

import polib
from django.utils.translation import gettext as _

from translations.exchange.records import (
    MAX_UNITS,
    ExportUnit,
    FileError,
    FileUnit,
    parse_digests,
    portable_text,
    too_many_units_error,
    unit_digests,
)
from translations.models import TranslationState

DIGEST_PREFIX = "digest: "
# Obsolete messages count too; they stand in comments (#~).
MESSAGE_START = re.compile(r"^[ \t]*(?:#~[ \t|]*)?msgid", re.MULTILINE)
# Of one text or comment. polib copies the text again for each of its lines.
MAX_TEXT_LINES, MAX_TEXT_CHARACTERS = 2_000, 200_000


def write(export_units: Sequence[ExportUnit], language: str) -> bytes:
    """Return a PO file with some units, all into one language."""
    file = polib.POFile(wrapwidth=0)
    source_languages = {export_unit.unit.row.source for export_unit in export_units}
    file.metadata = {
        "Project-Id-Version": "policing-goals-portal",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "X-Source-Language": " ".join(sorted(source_languages)),
    }
    file.extend(make_message(export_unit) for export_unit in export_units)
    return str(file).encode() + b"\n"


def make_message(export_unit: ExportUnit) -> polib.POEntry:
    """Return the message of a unit; it is fuzzy where the translation is outdated."""
    unit = export_unit.unit
    comments = [export_unit.code, export_unit.url, str(unit.name), *export_unit.notes]
    comment_lines = [" ".join(portable_text(comment).split()) for comment in comments if comment]
    is_outdated = unit.row.state in TranslationState.OUTDATED_STATUSES
    return polib.POEntry(
        msgctxt=unit.key,
        msgid=portable_text(unit.source),
        msgstr=portable_text(unit.text),
        flags=["fuzzy"] if is_outdated else [],
        previous_msgid=portable_text(unit.row.made_from) if is_outdated else None,
        comment="\n".join([*comment_lines, f"{DIGEST_PREFIX}{unit_digests(unit)}"]),
    )


def read(data: bytes) -> list[FileUnit]:
    """Return the units of a PO file; obsolete messages are left out.

    Raises FileError where the file is no PO file, does not name its language, or is too large.
    """
    try:
        # polib would take a text without a line break for the name of a file and open it. It
        # also takes the characters below for line breaks.
        text = data.decode("utf-8-sig").replace("\r\n", "\n") + "\n"
        for letter in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029":
            text = text.replace(letter, "\\n")
        check_text_sizes(text)
        file = polib.pofile(text, wrapwidth=0)
    except UnicodeDecodeError as error:
        raise FileError(_("The file is not in UTF-8.")) from error
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise FileError(
            _("This is no proper PO file: %(error)s") % {"error": polib_message(error)}
        ) from error
    language = file.metadata.get("Language", "").strip()
    if not language:
        raise FileError(_("The file does not say which language it is in."))
    source_languages = file.metadata.get("X-Source-Language", "").split()
    source_language = source_languages[0] if len(source_languages) == 1 else ""
    return [
        parse_message(message, language, source_language)
        for message in file
        if not message.obsolete
    ]


def check_text_sizes(text: str) -> None:
    """Raise FileError where a PO file has too many messages, or a text or comment is too long."""
    for number, _match in enumerate(MESSAGE_START.finditer(text)):
        if number > MAX_UNITS:
            raise too_many_units_error()
    lines = characters = 0
    for number, line in enumerate(text.split("\n"), 1):
        is_continued = line.lstrip().startswith(('"', "#"))
        lines, characters = (lines + 1, characters + len(line)) if is_continued else (0, len(line))
        if lines > MAX_TEXT_LINES or characters > MAX_TEXT_CHARACTERS:
            raise FileError(_("The text in line %(line)s is too long.") % {"line": number})


def polib_message(error: Exception) -> str:
    """Return the message of an error of polib without the text of the file.

    polib puts the text there in place of the file's name.
    """
    message = str(error)
    return message[message.find("(line") :] if "(line" in message else type(error).__name__


def parse_message(message: polib.POEntry, language: str, source_language: str) -> FileUnit:
    """Return the unit of a message; the languages are those of the file's header."""
    source_digest, text_digest = parse_digests(message.comment.rpartition(DIGEST_PREFIX)[2])
    return FileUnit(
        key=portable_text(message.msgctxt),
        source=message.msgid,
        text=message.msgstr,
        language=language,
        line=message.linenum,
        source_language=source_language,
        source_digest=source_digest,
        text_digest=text_digest,
        is_unfinished=message.fuzzy,
        fault=_("A text of the portal has no plural forms.") if message.msgid_plural else "",
    )
