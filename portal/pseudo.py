"""Pseudo-translations: English in other letters, longer and in ⟦brackets⟧.

They show which texts of the interface cannot be translated, and where a longer text does not fit.
Placeholders, tags and codes stay as they are.
"""

import re
from gettext import c2py
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from languages import languages
from portal.catalogues import messages, plural_forms, read_catalogue

UNCHANGED = re.compile(r"%\(\w+\)[sd]|%[sd%]|<[^>]*>|&#?\w+;|https?://\S+|\n")
PADDING_SHARE = 0.4  # of the length of a text
OPEN, CLOSE = "⟦⟧"
LATIN = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "áƀçđéƒğħíĵķłɱñóþɋřšŧúṽŵẋýžÁɃÇĐÉƑĞĦÍĴĶŁṀÑÓÞɊŘŠŦÚṼŴẊÝŽ",
        strict=True,
    )
)
ARABIC = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz",
        "ابثدعفغهيجكلمنوپقرستؤڤشخىز",
        strict=True,
    )
)
PADDING = {
    "ltr": "~ óñé ŧŵó ŧħřéé ƒóúř ƒíṽé šíẋ šéṽéñ",
    "rtl": "~ واحد اثنان ثلاثة أربعة خمسة ستة سبعة",
}


def pseudo_translate(text: str, direction: str = "ltr") -> str:
    """Return a text in letters of a direction ("ltr" or "rtl"), padded and in brackets."""
    parts: list[str] = []
    start = 0
    for match in UNCHANGED.finditer(text):
        parts += [replace_letters(text[start : match.start()], direction), match.group()]
        start = match.end()
    parts.append(replace_letters(text[start:], direction))
    length = len(UNCHANGED.sub("", text))
    padding = (PADDING[direction] * (1 + length // 30))[: round(length * PADDING_SHARE)].rstrip()
    return f"{OPEN}{''.join(parts)}{' ' if padding else ''}{padding}{CLOSE}"


def replace_letters(text: str, direction: str) -> str:
    """Return a text with each Latin letter replaced by one with accents, or by an Arabic one."""
    if direction == "rtl":
        return "".join(ARABIC.get(letter.lower(), letter) for letter in text)
    return "".join(LATIN.get(letter, letter) for letter in text)


def pseudo_catalogue(file: Path, language: str) -> Catalog:
    """Return a catalogue with all messages of a .po file, pseudo-translated into a language."""
    original, direction = read_catalogue(file), languages.direction(language)
    catalogue = type(original)(locale=language, fuzzy=False, charset="utf-8")
    singular_form = c2py(catalogue.plural_expr)(1)
    for message in messages(original):
        forms = [pseudo_translate(form, direction) for form in plural_forms(message.id)]
        if message.pluralizable:
            forms = [forms[form != singular_form] for form in range(catalogue.num_plurals)]
        string = tuple(forms) if message.pluralizable else forms[0]
        flags = message.flags - {"fuzzy"}
        catalogue.add(message.id, string, flags=flags, context=message.context)
    return catalogue


def write_pseudo_catalogue(file: Path, folder: Path, language: str) -> int:
    """Write the pseudo-translation of a .po file as .po and .mo into a locale folder.

    Returns the number of its messages.
    """
    target = folder / language / "LC_MESSAGES" / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    catalogue = pseudo_catalogue(file, language)
    with target.open("wb") as content:
        write_po(content, catalogue)
    with target.with_suffix(".mo").open("wb") as content:
        write_mo(content, catalogue)
    return len(catalogue)
