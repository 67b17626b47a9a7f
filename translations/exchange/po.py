"""PO files: a unit is a message, its key the context of the message."""

import re

import polib
from django.utils.translation import gettext as _

from translations.exchange.records import (
    MAX_UNITS,
    FileError,
    FileUnit,
    carried,
    digests,
    taken_apart,
    too_many,
)
from translations.models import TranslationState

DIGEST = "digest: "
MESSAGE = re.compile(
    r"^[ \t]*(?:#~[ \t|]*)?msgid", re.MULTILINE
)  # those that are kept as comments too
# polib copies a text for each line that it goes on for.
MAX_LINES, MAX_CHARACTERS = 2_000, 200_000


def write(items, language):
    file = polib.POFile(wrapwidth=0)
    sources = {item.unit.row.source for item in items}
    file.metadata = {
        "Project-Id-Version": "policing-goals-portal",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "X-Source-Language": " ".join(sorted(sources)),
    }
    file.extend(message(item) for item in items)
    return str(file).encode() + b"\n"


def message(item):
    unit = item.unit
    comments = [item.code, item.address, str(unit.name), *item.notes]
    told = [" ".join(carried(line).split()) for line in comments if line]
    is_stale = unit.row.state in TranslationState.STALE
    return polib.POEntry(
        msgctxt=unit.key,
        msgid=carried(unit.source),
        msgstr=carried(unit.text),
        flags=["fuzzy"] if is_stale else [],
        previous_msgid=carried(unit.row.made_from) if is_stale else None,
        comment="\n".join([*told, f"{DIGEST}{digests(unit)}"]),
    )


def read(data):
    """Return the Entries of a PO file."""
    try:
        # polib would open what is named by a text without a line break, and takes these
        # characters for ends of lines.
        text = data.decode("utf-8-sig").replace("\r\n", "\n") + "\n"
        for letter in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029":
            text = text.replace(letter, "\\n")
        refuse_endless(text)
        file = polib.pofile(text, wrapwidth=0)
    except UnicodeDecodeError as error:
        raise FileError(_("The file is not in UTF-8.")) from error
    except (OSError, ValueError, IndexError, TypeError) as error:
        raise FileError(
            _("This is no proper PO file: %(error)s") % {"error": said(error)}
        ) from error
    language = file.metadata.get("Language", "").strip()
    if not language:
        raise FileError(_("The file does not say which language it is in."))
    sources = file.metadata.get("X-Source-Language", "").split()
    source = sources[0] if len(sources) == 1 else ""
    return [entry(found, language, source) for found in file if not found.obsolete]


def refuse_endless(text):
    """Raise FileError where a text or comment goes on for longer than any does."""
    for number, _message in enumerate(MESSAGE.finditer(text)):
        if number > MAX_UNITS:
            raise too_many()
    lines = letters = 0
    for number, line in enumerate(text.split("\n"), 1):
        goes_on = line.lstrip().startswith(('"', "#"))
        lines, letters = (lines + 1, letters + len(line)) if goes_on else (0, len(line))
        if lines > MAX_LINES or letters > MAX_CHARACTERS:
            raise FileError(_("The text in line %(line)s is too long.") % {"line": number})


def said(error):
    """Return what an error of polib says, without the text that it calls a file."""
    message = str(error)
    return message[message.find("(line") :] if "(line" in message else type(error).__name__


def entry(found, language, source):
    of_source, of_text = taken_apart(found.comment.rpartition(DIGEST)[2])
    return FileUnit(
        key=carried(found.msgctxt),
        source=found.msgid,
        text=found.msgstr,
        language=language,
        line=found.linenum,
        source_language=source,
        source_digest=of_source,
        text_digest=of_text,
        is_unfinished=found.fuzzy,
        fault=_("A text of the portal has no plural forms.") if found.msgid_plural else "",
    )
