"""Whether a text of a file is taken, and for what."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from languages import text_validation
from translations.exchange import text_checks
from translations.exchange.records import carried, digest
from translations.models import TranslationState

UNCHANGED, NEW, CHANGED = "unchanged", "new", "changed"
CONFIRMED, REFUSED = "confirmed", "refused"
KINDS = (UNCHANGED, NEW, CHANGED, CONFIRMED, REFUSED)


class Verdict(NamedTuple):
    """What becomes of a text, the reason where it is refused, and what is odd about it."""

    kind: str
    text: str
    reason: str = ""
    warnings: tuple = ()


def judged(entry, unit):
    """Return the Verdict on an Entry, for the Unit that its key names, None where there is none."""
    text = carried(entry.text)
    reason = wrong_with_entry(entry, unit)
    if reason:
        return Verdict(REFUSED, text, reason)
    if digest(text) == digest(unit.text):
        is_confirmed = unit.row.state in TranslationState.STALE and not entry.is_unfinished
        return Verdict(CONFIRMED, unit.text) if is_confirmed else Verdict(UNCHANGED, unit.text)
    if digest(text) == entry.text_digest:  # only the portal has another text since
        return Verdict(UNCHANGED, unit.text)
    reason = wrong_with_text(entry, unit, text)
    if reason:
        return Verdict(REFUSED, text, reason)
    return Verdict(CHANGED if unit.text else NEW, text, "", tuple(warnings(unit, text)))


def wrong_with_entry(entry, unit):
    """Return why an entry says nothing about a unit as it is now, "" where it does."""
    if entry.fault:
        return entry.fault
    if not entry.key:
        return _("The text does not say where it belongs; its context is missing.")
    language = entry.key.rpartition("/")[2]
    if language != entry.language:
        return _("The file is in “%(file)s”, but the text is the one in “%(text)s”.") % {
            "file": entry.language,
            "text": language[:40],
        }
    if unit is None:
        return _("The portal has no such text.")
    if entry.source_language and entry.source_language.split("-")[0] != unit.row.source:
        return _("The file is translated from “%(file)s”, but the text from “%(text)s”.") % {
            "file": entry.source_language[:40],
            "text": unit.row.source,
        }
    if not entry.source_digest:
        return _("The digest of the source is missing; please export the text again.")
    if digest(unit.source) != entry.source_digest:
        return _("The source has been changed since the file was made; please export it again.")
    if digest(entry.source) != entry.source_digest:
        return _("The source is not the one that was exported; only translations may be changed.")
    return ""


def wrong_with_text(entry, unit, text):
    """Return why a new text for a unit is not taken, "" where it is."""
    if not text.strip():
        return _("The translation is empty, but the portal has one.")
    try:
        text_validation.check(text)  # before anything that takes longer for longer texts
    except ValidationError as error:
        return " ".join(error.messages)
    if entry.is_unfinished:
        return _("The translation is marked as unfinished (fuzzy).")
    if digest(unit.text) != entry.text_digest:
        return _("The portal has another translation since the file was made.")
    if text_checks.is_in_other_language(text, entry.language):
        return _("The translation is not written in “%(language)s”.") % {"language": entry.language}
    if lost := text_checks.lost(unit.source, text):
        return _("The translation lacks %(parts)s.") % {"parts": ", ".join(lost)}
    if added := text_checks.added(unit.source, text):
        return _("The translation has %(parts)s, which the source has not.") % {
            "parts": ", ".join(added)
        }
    try:
        unit.column.clean(text, unit.record)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def warnings(unit, text):
    """Yield what a translator should look at again."""
    if lost := text_checks.lost_codes(unit.source, text):
        yield _("Codes or numbers of the source are missing: %(parts)s.") % {
            "parts": ", ".join(lost)
        }
    if text != text.strip():
        yield _("The translation begins or ends with a space.")
