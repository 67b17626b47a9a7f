"""Real pairs of the content, and errors as translators make them, seeded into copies of the pairs.

Written from what goes wrong in translations, without regard to how the checks work. Everything is
drawn from one random generator with a fixed seed, so that each run has the same corpus.
"""

import json
import random
import re
from typing import NamedTuple

from library.models import Term
from portal.content.files import FILES, FIXTURES
from tests.translations.wrong_names import WRONG_NAMES

EACH = 60  # at most so many errors of a kind


class Pair(NamedTuple):
    arabic: str
    english: str


class Seeded(NamedTuple):
    """A pair with one error of a kind, beside the same pair without it."""

    kind: str
    pair: Pair
    clean: Pair


def records():
    return [
        item for file in FILES for item in json.loads((FIXTURES / file).read_text(encoding="utf-8"))
    ]


def glossary():
    """Return the terms of the content files, not saved anywhere."""
    fields = (item["fields"] for item in records() if item["model"] == "library.term")
    return [
        Term(**{name: value for name, value in values.items() if name != "line"})
        for values in fields
    ]


def real_pairs():
    """Return every text of the content that exists in both languages."""
    found = []
    for item in records():
        fields = item["fields"]
        for name in fields:
            stem = name.removesuffix("_ar")
            if name.endswith("_ar") and stem != "forms" and fields[name] and fields[stem + "_en"]:
                found.append(Pair(fields[name], fields[stem + "_en"]))
    return found


def list_pairs():
    """Return lists of real statements: six of them each, with dashes, numbers or letters."""
    statements = [
        Pair(item["fields"]["text_ar"], item["fields"]["text_en"])
        for item in records()
        if item["model"] in ("goals.objective", "crosscutting.commitment")
    ]
    markers = [["-"] * 6, [f"{number}." for number in range(1, 7)], ["(أ)", "(ب)", "(ج)", "(د)"]]
    latin = [markers[0], markers[1], ["(a)", "(b)", "(c)", "(d)"]]
    found = []
    for start in range(len(statements) - 6):
        ours, theirs = markers[start % 3], latin[start % 3]
        rows = list(zip(ours, theirs, statements[start : start + len(ours)], strict=True))
        arabic = "\n".join(f"{mark} {pair.arabic}" for mark, _, pair in rows)
        found.append(Pair(arabic, "\n".join(f"{mark} {pair.english}" for _, mark, pair in rows)))
    return found


def address_pairs():
    """Return definitions of the glossary with the page of their source, in either language."""
    found = []
    for item in records():
        fields = item["fields"]
        if item["model"] == "library.term" and fields.get("source_url"):
            address = fields["source_url"]
            english = re.sub("/ar(?=/|$)", "/en", address)
            found.append(
                Pair(
                    f"{fields['definition_ar']} انظر {address}.",
                    f"{fields['definition_en']} See {english}.",
                )
            )
    return found


def replaced(text, match, new):
    return text[: match.start()] + new + text[match.end() :]


def chosen(pattern, text, chance):
    matches = list(re.finditer(pattern, text))
    return chance.choice(matches) if matches else None


def in_english(pattern, change):
    """Return what seeds an error into the translation at one place of a pattern."""

    def seed(pair, chance):
        match = chosen(pattern, pair.english, chance)
        return match and Pair(
            pair.arabic, replaced(pair.english, match, change(match.group(), chance))
        )

    return seed


def in_arabic(pattern, change):
    def seed(pair, chance):
        match = chosen(pattern, pair.arabic, chance)
        return match and Pair(
            replaced(pair.arabic, match, change(match.group(), chance)), pair.english
        )

    return seed


def other_digit(number, chance):
    place = chance.choice([i for i, letter in enumerate(number) if letter.isdigit()])
    digit = chance.choice([digit for digit in "0123456789" if digit != number[place]])
    return number[:place] + digit + number[place + 1 :]


def swapped_digits(number, chance):
    return number[1] + number[0] + number[2:] if number[0] != number[1] else number + "0"


def other_of(*choices):
    def change(piece, chance):
        return chance.choice([choice for choice in choices if choice != piece])

    return change


def nothing(piece, chance):
    return ""


def before_next(sign):
    return lambda piece, chance: sign + piece


def swapped_letters(word, chance):
    places = [i for i in range(len(word) - 1) if word[i] != word[i + 1]]
    place = chance.choice(places)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def stretched(word, chance):
    place = chance.randrange(1, len(word))
    return word[:place] + "ـ" * chance.choice([1, 2, 3]) + word[place:]


def eastern(number, chance):
    return "".join(chr(0x0660 + int(letter)) for letter in number)


def without_item(text, chance):
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def merged_items(text, chance):
    lines = text.split("\n")
    place = chance.randrange(1, len(lines))
    lines[place - 1 : place + 1] = [f"{lines[place - 1]} {lines[place].split(' ', 1)[1]}"]
    return "\n".join(lines)


def wrong_name(pair, chance):
    """Render one of the names in the English by another word, wherever it stands."""
    names = [name for name in WRONG_NAMES if re.search(rf"\b{name}\b", pair.english)]
    if not names:
        return None
    name = chance.choice(names)
    return Pair(pair.arabic, re.sub(rf"\b{name}\b", WRONG_NAMES[name], pair.english))


MONTHS = "January February March April May June July August September October November December"
ARABIC_MONTHS = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
MONTH = rf"\b(?:{'|'.join(MONTHS.split())})(?= \d)"
WORDS = ["three", "four", "five", "six", "seven", "eight", "nine", "ten"]
SDG = r"(?<=SDG )\d+|(?<=Goal )\d+|(?<=[Tt]arget )\d+\.\w"
ACRONYM = r"\b[A-Z]{3,}\b"

SEEDS = {
    "numbers": [
        in_english(r"\b\d{3}\b", other_digit),
        in_english(r"\b(?:19|20)\d\d\b", other_digit),
        in_english(r"\b(?:19|20)\d\d\b", lambda year, chance: str(int(year) + 1)),
        in_english(r" (?:in|of) (?:19|20)\d\d\b", nothing),
        in_english(r"\b\d{2,3}\b(?![.\d-])", swapped_digits),
        in_english(rf"\b(?:{'|'.join(WORDS)})\b", other_of(*WORDS)),
        in_english(r"\b2026-2030\b", lambda piece, chance: "2030-2026"),
        in_arabic(r"(?<!\d)\d{3}(?!\d)", other_digit),
        in_arabic(r"(?<!\d)(?:19|20)\d\d(?!\d)", lambda year, chance: str(int(year) - 1)),
    ],
    "dates": [
        in_english(MONTH, other_of(*MONTHS.split())),
        in_english(rf"\d+(?= (?:{'|'.join(MONTHS.split())}))", other_digit),
        in_english(rf"\d* ?{MONTH} (?=\d{{4}})", nothing),
        in_arabic(f"(?<=/)(?:{'|'.join(ARABIC_MONTHS.split())})", other_of(*ARABIC_MONTHS.split())),
    ],
    "sdg": [
        in_english(SDG, other_digit),
        in_english(r"(?<=[Tt]arget )\d+\.\d", lambda target, chance: target[:-1] + "a"),
        in_english(r"(?<=[Tt]arget )\d+\.\w", lambda target, chance: target.partition(".")[0]),
        in_english(r"(?<=SDG )\d+", nothing),
        in_english(r"(?<=GPG )\d\.\d", lambda piece, chance: piece[::-1]),
        in_arabic(r"(?<=المقصد )\d+\.\w", other_digit),
    ],
    "acronyms": [
        in_english(ACRONYM, swapped_letters),
        in_english(ACRONYM, lambda name, chance: name[:-1]),
        in_english(ACRONYM, other_of("UNODC", "AFRIPOL", "AIMC", "CTED", "ICAT", "IGCI")),
        in_english(r"I-24/7", other_of("I-24-7", "I-27/4", "1-24/7")),
        in_english(r" \((?:[A-Z]+)\)", nothing),
        in_arabic(r"[A-Z]{3,}", swapped_letters),
    ],
    "addresses": [
        in_english(r"https?://\S+(?=\.$)", lambda address, chance: address[:-1]),
        in_english(r"https?://\S+(?=\.$)", other_of("https://www.interpol.int/en")),
        in_english(r"https?://\S+(?=\.$)", nothing),
        in_english(r"(?<=://)www\.", nothing),
        in_english(r"(?<=\.)(?:int|org)(?=/)", other_of("com", "net")),
    ],
    "quotations": [
        in_english("[“”]", nothing),
        in_english("“", other_of("”")),
        in_arabic("[«»]", nothing),
        in_arabic("«", other_of("»")),
        in_arabic('"', nothing),
        in_arabic("’’|‘‘", nothing),
    ],
    "brackets": [
        in_english("[()]", nothing),
        in_english(r"\)", other_of("(")),
        in_arabic("[()]", nothing),
        in_arabic(r"\)", other_of("]", "(")),
    ],
    "lists": [
        lambda pair, chance: Pair(pair.arabic, without_item(pair.english, chance)),
        lambda pair, chance: Pair(pair.arabic, merged_items(pair.english, chance)),
        lambda pair, chance: Pair(without_item(pair.arabic, chance), pair.english),
    ],
    "punctuation": [
        in_arabic("،", other_of(",")),
        in_arabic("؛", other_of(";")),
        in_arabic("؟", other_of("?")),
        in_english(",", other_of("،")),
        in_english(";", other_of("؛")),
    ],
    "digits": [
        in_arabic(r"\d+", eastern),
        in_english(r"\b\d{4}\b", eastern),
        in_arabic(r"\d", eastern),
    ],
    "tatweel": [
        in_arabic(r"[بتثجحخسشصضطظعغفقكلمنهي]{3,}", stretched),
        in_arabic(r"(?<= )ال(?=[بتجحخسشعفقكلمنهي])", other_of("الـ")),
    ],
    "unseen": [
        in_arabic(r"(?<= )\S", before_next("\u200f")),
        in_arabic(r"[.،]", before_next("\u200f")),
        in_english(r"(?<= )\S", before_next("\u200e")),
        in_arabic(r"\d+", lambda piece, chance: f"\u202a{piece}\u202c"),
        in_english(r"\w+", lambda piece, chance: f"\u2066{piece}\u2069"),
        in_english(r" ", other_of("\u200b ", "\ufeff ")),
    ],
    "terms": [wrong_name],
}


def corpus():
    """Return the clean pairs, and as many Seeded ones of each kind as the content has places."""
    chance = random.Random(20231016)  # noqa: S311  (an order, no secret)
    real, lists, with_addresses = real_pairs(), list_pairs(), address_pairs()
    places = {"lists": lists, "addresses": with_addresses}
    seeded = []
    for kind, seeds in SEEDS.items():
        of_kind = {}
        for pair in chance.sample(places.get(kind, real), len(places.get(kind, real))):
            for seed in chance.sample(seeds, len(seeds)):
                spoiled = seed(pair, chance)
                if spoiled and spoiled != pair:
                    of_kind[spoiled] = Seeded(kind, spoiled, pair)
                    break
        seeded += list(of_kind.values())[: EACH * (2 if kind == "terms" else 1)]
    return real + lists + with_addresses, seeded
