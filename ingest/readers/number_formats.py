"""Writes the numbers of lists as Word shows them (ECMA-376, part 1, 17.18.59, ST_NumberFormat)."""

from collections.abc import Callable

ALPHABET = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
ARABIC_ORDINALS = ["أول", "ثاني", "ثالث", "رابع", "خامس", "سادس", "سابع", "ثامن", "تاسع", "عاشر"]
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
DEVANAGARI_DIGITS = str.maketrans("0123456789", "०१२३४५६७८९")
ROMAN = [
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
]  # fmt: skip
MAX_NUMBER = 9_999  # that is written in letters; others in digits


def letters(number: int, alphabet: str) -> str:
    """Return the letter of a number; after the last one, each letter twice, then thrice."""
    repeats, index = divmod(number - 1, len(alphabet))
    return alphabet[index] * (repeats + 1)


def roman(number: int) -> str:
    """Return a number in Roman numerals, in small letters."""
    text = ""
    for value, numeral in ROMAN:
        count, number = divmod(number, value)
        text += numeral * count
    return text


def english_ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 4th …"""
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 <= number % 100 <= 20 else suffix}"


LATIN_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": "{:02}".format,
    "lowerLetter": lambda number: letters(number, LATIN_ALPHABET),
    "upperLetter": lambda number: letters(number, LATIN_ALPHABET).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "arabicAlpha": lambda number: letters(number, ALPHABET),
    "arabicAbjad": lambda number: letters(number, ABJAD),
    "numberInDash": "- {} -".format,
    "none": lambda number: "",
}


def write_number(number: int, number_format: str, is_arabic: bool) -> str | None:
    """Return a number in a format of Word; None where Word's own way is not known for certain.

    `is_arabic` says whether the paragraph runs from right to left.
    """
    if not 1 <= number <= MAX_NUMBER:
        return str(number)
    if number_format in FORMATS:
        return FORMATS[number_format](number)
    # By the standard these are Devanagari; Windows calls Arabic-Indic digits Hindi.
    if number_format == "hindiNumbers":
        return str(number).translate(ARABIC_DIGITS if is_arabic else DEVANAGARI_DIGITS)
    if number_format == "ordinal" and not is_arabic:
        return english_ordinal(number)
    return None


def guess_number(number: int, number_format: str, is_arabic: bool) -> str:
    """Return what stands for a number whose format is not known; a notice asks to compare it."""
    if number_format == "ordinalText" and is_arabic and 1 <= number <= len(ARABIC_ORDINALS):
        return ARABIC_ORDINALS[number - 1]
    return str(number)


def write_custom(number: int, pattern: str) -> str | None:
    """Return a number as in a custom format: “٠٠١, ٠٠٢, ...” gives the digits and their width."""
    sample = pattern.split(",")[0].strip()
    if not sample or not sample.isdecimal():
        return None
    zero = chr(ord(sample[0]) - int(sample[0]))
    digits = str.maketrans("0123456789", "".join(chr(ord(zero) + digit) for digit in range(10)))
    return str(number).rjust(len(sample), "0").translate(digits)
