"""A corpus to measure the checks: pairs of the content, and copies of them with one error each.

The errors are those that translators make, and were written without regard to how the checks
work. All choices come from one random generator with a fixed seed, so each run has the same corpus.
"""

import json
import random
import re
from typing import NamedTuple

from library.models import Term
from portal.content.files import FILES, FIXTURES
from tests.translations.wrong_names import WRONG_NAMES

MAX_ERRORS_OF_KIND = 60


class Pair(NamedTuple):
    """A text in both languages."""

    arabic: str
    english: str


class SeededError(NamedTuple):
    """A pair with one error, and the same pair without it. `kind` is a key of SEEDERS."""

    kind: str
    pair: Pair
    clean: Pair


def fixture_records():
    """Return the list of all records of the content files."""
    return [
        record
        for file in FILES
        for record in json.loads((FIXTURES / file).read_text(encoding="utf-8"))
    ]


def glossary():
    """Return the list of the Terms of the content files, which are not saved."""
    fields = (record["fields"] for record in fixture_records() if record["model"] == "library.term")
    return [
        Term(**{name: value for name, value in values.items() if name != "line"})
        for values in fields
    ]


def content_pairs():
    """Return the Pairs of all texts of the content that exist in both languages."""
    pairs = []
    for record in fixture_records():
        fields = record["fields"]
        for name in fields:
            stem = name.removesuffix("_ar")
            if name.endswith("_ar") and stem != "forms" and fields[name] and fields[stem + "_en"]:
                pairs.append(Pair(fields[name], fields[stem + "_en"]))
    return pairs


def list_pairs():
    """Return Pairs of lists of statements of the content, with dashes, numbers or letters."""
    statements = [
        Pair(record["fields"]["text_ar"], record["fields"]["text_en"])
        for record in fixture_records()
        if record["model"] in ("goals.objective", "crosscutting.commitment")
    ]
    arabic_markers = [
        ["-"] * 6,
        [f"{number}." for number in range(1, 7)],
        ["(أ)", "(ب)", "(ج)", "(د)"],
    ]
    english_markers = [arabic_markers[0], arabic_markers[1], ["(a)", "(b)", "(c)", "(d)"]]
    pairs = []
    for start in range(len(statements) - 6):
        arabic_list, english_list = arabic_markers[start % 3], english_markers[start % 3]
        texts = statements[start : start + len(arabic_list)]
        items = list(zip(arabic_list, english_list, texts, strict=True))
        arabic = "\n".join(f"{marker} {pair.arabic}" for marker, _, pair in items)
        english = "\n".join(f"{marker} {pair.english}" for _, marker, pair in items)
        pairs.append(Pair(arabic, english))
    return pairs


def address_pairs():
    """Return Pairs of definitions of the glossary, each with the address of its source."""
    pairs = []
    for record in fixture_records():
        fields = record["fields"]
        if record["model"] == "library.term" and fields.get("source_url"):
            address = fields["source_url"]
            english = re.sub("/ar(?=/|$)", "/en", address)
            pairs.append(
                Pair(
                    f"{fields['definition_ar']} انظر {address}.",
                    f"{fields['definition_en']} See {english}.",
                )
            )
    return pairs


def replace_match(text, match, new):
    return text[: match.start()] + new + text[match.end() :]


def random_match(pattern, text, rng):
    matches = list(re.finditer(pattern, text))
    return rng.choice(matches) if matches else None


def seeder_in_english(pattern, change):
    """Return a function that seeds an error into the English text at one match of a pattern.

    `change` returns the wrong text from the matched one and the random generator. The function
    returns a Pair, None where nothing matches.
    """

    def seed(pair, rng):
        match = random_match(pattern, pair.english, rng)
        return match and Pair(
            pair.arabic, replace_match(pair.english, match, change(match.group(), rng))
        )

    return seed


def seeder_in_arabic(pattern, change):
    """Return a function that seeds an error into the Arabic text, as seeder_in_english() does."""

    def seed(pair, rng):
        match = random_match(pattern, pair.arabic, rng)
        return match and Pair(
            replace_match(pair.arabic, match, change(match.group(), rng)), pair.english
        )

    return seed


def other_digit(number, rng):
    place = rng.choice([i for i, letter in enumerate(number) if letter.isdigit()])
    digit = rng.choice([digit for digit in "0123456789" if digit != number[place]])
    return number[:place] + digit + number[place + 1 :]


def swapped_digits(number, rng):
    return number[1] + number[0] + number[2:] if number[0] != number[1] else number + "0"


def another_of(*choices):
    def change(piece, rng):
        return rng.choice([choice for choice in choices if choice != piece])

    return change


def no_text(piece, rng):
    return ""


def with_prefix(character):
    return lambda piece, rng: character + piece


def swapped_letters(word, rng):
    places = [i for i in range(len(word) - 1) if word[i] != word[i + 1]]
    place = rng.choice(places)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def stretched(word, rng):
    place = rng.randrange(1, len(word))
    return word[:place] + "ـ" * rng.choice([1, 2, 3]) + word[place:]


def eastern_digits(number, rng):
    return "".join(chr(0x0660 + int(letter)) for letter in number)


def without_item(text, rng):
    lines = text.split("\n")
    del lines[rng.randrange(len(lines))]
    return "\n".join(lines)


def merged_items(text, rng):
    lines = text.split("\n")
    place = rng.randrange(1, len(lines))
    lines[place - 1 : place + 1] = [f"{lines[place - 1]} {lines[place].split(' ', 1)[1]}"]
    return "\n".join(lines)


def wrong_name(pair, rng):
    """Replace all occurrences of a name of the glossary in the English text by a wrong name."""
    names = [name for name in WRONG_NAMES if re.search(rf"\b{name}\b", pair.english)]
    if not names:
        return None
    name = rng.choice(names)
    return Pair(pair.arabic, re.sub(rf"\b{name}\b", WRONG_NAMES[name], pair.english))


MONTHS = "January February March April May June July August September October November December"
ARABIC_MONTHS = "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"
MONTH = rf"\b(?:{'|'.join(MONTHS.split())})(?= \d)"
WORDS = ["three", "four", "five", "six", "seven", "eight", "nine", "ten"]
SDG = r"(?<=SDG )\d+|(?<=Goal )\d+|(?<=[Tt]arget )\d+\.\w"
ACRONYM = r"\b[A-Z]{3,}\b"

# Functions that take a Pair and the random generator, by the code of the problem.
SEEDERS = {
    "numbers": [
        seeder_in_english(r"\b\d{3}\b", other_digit),
        seeder_in_english(r"\b(?:19|20)\d\d\b", other_digit),
        seeder_in_english(r"\b(?:19|20)\d\d\b", lambda year, rng: str(int(year) + 1)),
        seeder_in_english(r" (?:in|of) (?:19|20)\d\d\b", no_text),
        seeder_in_english(r"\b\d{2,3}\b(?![.\d-])", swapped_digits),
        seeder_in_english(rf"\b(?:{'|'.join(WORDS)})\b", another_of(*WORDS)),
        seeder_in_english(r"\b2026-2030\b", lambda piece, rng: "2030-2026"),
        seeder_in_arabic(r"(?<!\d)\d{3}(?!\d)", other_digit),
        seeder_in_arabic(r"(?<!\d)(?:19|20)\d\d(?!\d)", lambda year, rng: str(int(year) - 1)),
    ],
    "dates": [
        seeder_in_english(MONTH, another_of(*MONTHS.split())),
        seeder_in_english(rf"\d+(?= (?:{'|'.join(MONTHS.split())}))", other_digit),
        seeder_in_english(rf"\d* ?{MONTH} (?=\d{{4}})", no_text),
        seeder_in_arabic(
            f"(?<=/)(?:{'|'.join(ARABIC_MONTHS.split())})", another_of(*ARABIC_MONTHS.split())
        ),
    ],
    "sdg": [
        seeder_in_english(SDG, other_digit),
        seeder_in_english(r"(?<=[Tt]arget )\d+\.\d", lambda target, rng: target[:-1] + "a"),
        seeder_in_english(r"(?<=[Tt]arget )\d+\.\w", lambda target, rng: target.partition(".")[0]),
        seeder_in_english(r"(?<=SDG )\d+", no_text),
        seeder_in_english(r"(?<=GPG )\d\.\d", lambda piece, rng: piece[::-1]),
        seeder_in_arabic(r"(?<=المقصد )\d+\.\w", other_digit),
    ],
    "acronyms": [
        seeder_in_english(ACRONYM, swapped_letters),
        seeder_in_english(ACRONYM, lambda name, rng: name[:-1]),
        seeder_in_english(ACRONYM, another_of("UNODC", "AFRIPOL", "AIMC", "CTED", "ICAT", "IGCI")),
        seeder_in_english(r"I-24/7", another_of("I-24-7", "I-27/4", "1-24/7")),
        seeder_in_english(r" \((?:[A-Z]+)\)", no_text),
        seeder_in_arabic(r"[A-Z]{3,}", swapped_letters),
    ],
    "addresses": [
        seeder_in_english(r"https?://\S+(?=\.$)", lambda address, rng: address[:-1]),
        seeder_in_english(r"https?://\S+(?=\.$)", another_of("https://www.interpol.int/en")),
        seeder_in_english(r"https?://\S+(?=\.$)", no_text),
        seeder_in_english(r"(?<=://)www\.", no_text),
        seeder_in_english(r"(?<=\.)(?:int|org)(?=/)", another_of("com", "net")),
    ],
    "quotations": [
        seeder_in_english("[“”]", no_text),
        seeder_in_english("“", another_of("”")),
        seeder_in_arabic("[«»]", no_text),
        seeder_in_arabic("«", another_of("»")),
        seeder_in_arabic('"', no_text),
        seeder_in_arabic("’’|‘‘", no_text),
    ],
    "brackets": [
        seeder_in_english("[()]", no_text),
        seeder_in_english(r"\)", another_of("(")),
        seeder_in_arabic("[()]", no_text),
        seeder_in_arabic(r"\)", another_of("]", "(")),
    ],
    "lists": [
        lambda pair, rng: Pair(pair.arabic, without_item(pair.english, rng)),
        lambda pair, rng: Pair(pair.arabic, merged_items(pair.english, rng)),
        lambda pair, rng: Pair(without_item(pair.arabic, rng), pair.english),
    ],
    "punctuation": [
        seeder_in_arabic("،", another_of(",")),
        seeder_in_arabic("؛", another_of(";")),
        seeder_in_arabic("؟", another_of("?")),
        seeder_in_english(",", another_of("،")),
        seeder_in_english(";", another_of("؛")),
    ],
    "digits": [
        seeder_in_arabic(r"\d+", eastern_digits),
        seeder_in_english(r"\b\d{4}\b", eastern_digits),
        seeder_in_arabic(r"\d", eastern_digits),
    ],
    "tatweel": [
        seeder_in_arabic(r"[بتثجحخسشصضطظعغفقكلمنهي]{3,}", stretched),
        seeder_in_arabic(r"(?<= )ال(?=[بتجحخسشعفقكلمنهي])", another_of("الـ")),
    ],
    "unseen": [
        seeder_in_arabic(r"(?<= )\S", with_prefix("\u200f")),
        seeder_in_arabic(r"[.،]", with_prefix("\u200f")),
        seeder_in_english(r"(?<= )\S", with_prefix("\u200e")),
        seeder_in_arabic(r"\d+", lambda piece, rng: f"\u202a{piece}\u202c"),
        seeder_in_english(r"\w+", lambda piece, rng: f"\u2066{piece}\u2069"),
        seeder_in_english(r" ", another_of("\u200b ", "\ufeff ")),
    ],
    "terms": [wrong_name],
}


def corpus():
    """Return (clean Pairs, SeededErrors), with up to MAX_ERRORS_OF_KIND errors of each kind.

    Of wrong names there are up to twice as many.
    """
    rng = random.Random(20231016)  # noqa: S311  (an order, no secret)
    texts, lists, with_addresses = content_pairs(), list_pairs(), address_pairs()
    pairs_by_kind = {"lists": lists, "addresses": with_addresses}
    errors = []
    for kind, seeders in SEEDERS.items():
        error_by_pair = {}
        pairs = pairs_by_kind.get(kind, texts)
        for pair in rng.sample(pairs, len(pairs)):
            for seed in rng.sample(seeders, len(seeders)):
                wrong_pair = seed(pair, rng)
                if wrong_pair and wrong_pair != pair:
                    error_by_pair[wrong_pair] = SeededError(kind, wrong_pair, pair)
                    break
        errors += list(error_by_pair.values())[: MAX_ERRORS_OF_KIND * (2 if kind == "terms" else 1)]
    return texts + lists + with_addresses, errors
