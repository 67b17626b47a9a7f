"""Pseudo-translations: English made strange, which shows what is not translatable or does not fit.

Letters change, the text grows and stands in ⟦brackets⟧; placeholders, tags and codes stay whole.
"""

import re
from gettext import c2py

from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from languages.languages import direction
from portal.catalogues import read, texts, variants

KEPT = re.compile(r"%\(\w+\)[sd]|%[sd%]|<[^>]*>|&#?\w+;|https?://\S+|\n")
GROWTH = 0.4
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
FILLING = {
    "ltr": "~ óñé ŧŵó ŧħřéé ƒóúř ƒíṽé šíẋ šéṽéñ",
    "rtl": "~ واحد اثنان ثلاثة أربعة خمسة ستة سبعة",
}


def pseudo(text, to="ltr"):
    """Return a text in the letters of a direction, longer by GROWTH and in brackets."""
    pieces, place = [], 0
    for kept in KEPT.finditer(text):
        pieces += [strange(text[place : kept.start()], to), kept.group()]
        place = kept.end()
    pieces.append(strange(text[place:], to))
    length = len(KEPT.sub("", text))
    filling = (FILLING[to] * (1 + length // 30))[: round(length * GROWTH)].rstrip()
    return f"{OPEN}{''.join(pieces)}{' ' if filling else ''}{filling}{CLOSE}"


def strange(text, to):
    if to == "rtl":
        return "".join(ARABIC.get(letter.lower(), letter) for letter in text)
    return "".join(LATIN.get(letter, letter) for letter in text)


def pseudo_catalogue(file, language):
    """Return a catalogue of all texts of a file, translated by pseudo() into a language."""
    catalogue, to = read(file), direction(language)
    made = type(catalogue)(locale=language, fuzzy=False, charset="utf-8")
    of_one = c2py(made.plural_expr)(1)
    for message in texts(catalogue):
        forms = [pseudo(form, to) for form in variants(message.id)]
        if message.pluralizable:
            forms = [forms[place != of_one] for place in range(made.num_plurals)]
        string = tuple(forms) if message.pluralizable else forms[0]
        flags = message.flags - {"fuzzy"}
        made.add(message.id, string, flags=flags, context=message.context)
    return made


def write(file, folder, language):
    """Write the pseudo-translation of a file into a folder of catalogues, and build it."""
    target = folder / language / "LC_MESSAGES" / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    catalogue = pseudo_catalogue(file, language)
    with target.open("wb") as content:
        write_po(content, catalogue)
    with target.with_suffix(".mo").open("wb") as content:
        write_mo(content, catalogue)
    return len(catalogue)
