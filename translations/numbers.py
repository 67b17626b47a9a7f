"""Finds the numbers of a text, in digits and in words, its dates, and its goals and targets."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from search.analysis import normalise, words

NUMBER = re.compile(r"\d+(?:\.(?:\d+|[a-z]\b))?")
OTHER_DIGIT = re.compile(r"[^\D0-9]")
RANGE = re.compile(r"(?<![\d.-])(\d+)\s?[-–]\s?(\d+)(?![\d-])")
# A comma, the Arabic thousands separator or a no-break space between thousands.
THOUSANDS = re.compile(r"(?<=\d)[,\u066c\u00a0\u202f](?=\d{3}(?!\d))")
# Targets of the SDGs as Arabic texts write them: 16-أ, المقصد 16-4.
TARGET_LETTER = re.compile(r"(?<![\d.-])(\d{1,2})[.-]([أبجدهو])(?!\w)")
TARGET_DASH = re.compile(r"(المقصد|المقصدين|المقاصد|مقصد)( \d{1,2})-(\d{1,2})(?!\d)")
LETTERS: dict[str, str] = dict(zip("أبجدهو", "abcdef", strict=True))

# Words for a goal or target, with the numbers after them: “Goals 5, 16 and 17”.
REFERENCE = re.compile(
    r"(?:\b(?:SDGs?|GPGs?|[Gg]oals?|[Tt]argets?|[Oo]bjectives?)"
    r"|(?:هدف|أهداف|هدفين|هدفان|مقصد|مقاصد|مقصدين|مقصدان))"
    r"((?:(?:\s|,|،|و|and|or|to|أو|إلى|[-–])+(?<!\d)\d{1,2}(?:\.[\da-z]+)?(?![\d/]))+)"
)

MONTHS: dict[str, list[list[str]]] = {
    "en": [
        ["January", "Jan"],
        ["February", "Feb"],
        ["March", "Mar"],
        ["April", "Apr"],
        ["May"],
        ["June", "Jun"],
        ["July", "Jul"],
        ["August", "Aug"],
        ["September", "Sept", "Sep"],
        ["October", "Oct"],
        ["November", "Nov"],
        ["December", "Dec"],
    ],
    "ar": [
        ["كانون الثاني", "يناير"],
        ["شباط", "فبراير"],
        ["آذار", "مارس"],
        ["نيسان", "أبريل", "إبريل"],
        ["أيار", "مايو"],
        ["حزيران", "يونيو", "يونيه"],
        ["تموز", "يوليو", "يوليه"],
        ["آب", "أغسطس"],
        ["أيلول", "سبتمبر"],
        ["تشرين الأول", "أكتوبر"],
        ["تشرين الثاني", "نوفمبر"],
        ["كانون الأول", "ديسمبر"],
    ],
}
MONTH_NUMBERS: dict[str, dict[str, int]] = {
    language: {name: number for number, names in enumerate(months, 1) for name in names}
    for language, months in MONTHS.items()
}
ENGLISH_MONTH = "|".join(MONTH_NUMBERS["en"])
ARABIC_MONTH = "|".join(MONTH_NUMBERS["ar"])
YEAR = r"(?:(?:من )?(?:عام|سنة) )?\d{4}"
DATES: dict[str, re.Pattern[str]] = {
    # “May” and «مارس» are words as well: only a day or a year beside them makes them months.
    "en": re.compile(
        rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? )?\b(?P<month>{ENGLISH_MONTH})\b\.?"
        rf"(?: (?P<after>\d{{1,2}})(?:st|nd|rd|th)?(?!\d))?(?P<year>,? (?:of )?\d{{4}})?"
    ),
    "ar": re.compile(
        rf"(?:(?P<day>\d{{1,2}})(?: من)? )?(?<!\w)[وبل]?(?P<month>{ARABIC_MONTH})"
        rf"(?:\s?/\s?(?P<other>{ARABIC_MONTH}))?(?!\w)(?P<year>،? {YEAR})?"
    ),
}
ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
SLASHED_DATE = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")

# The forms of each number from three on, in the order of the numbers.
BASIC_NUMBER_WORDS: dict[str, list[str]] = {
    "en": [
        "three third",
        "four fourth",
        "five fifth",
        "six sixth",
        "seven seventh",
        "eight eighth",
        "nine ninth",
        "ten tenth",
        "eleven eleventh",
        "twelve twelfth",
    ],
    "ar": [
        "ثلاث ثلاثا ثلاثة ثالث ثالثة",
        "أربع أربعا أربعة رابع رابعة",
        "خمس خمسا خمسة خامس خامسة",
        "ست ستا ستة سادس سادسة",
        "سبع سبعا سبعة سابع سابعة",
        "ثمان ثماني ثمانيا ثمانية ثامن ثامنة",
        "تسع تسعا تسعة تاسع تاسعة",
        "عشر عشرا عشرة عاشر عاشرة",
    ],
}
# From twenty on; in Arabic without their endings.
TENS_WORDS: dict[str, str] = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety hundred",
    "ar": "عشر ثلاث أربع خمس ست سبع ثمان تسع",
}


@lru_cache(1024)
def normalise_numbers(text: str) -> str:
    """Return a text in which all numbers are written alike.

    Digits are Western, thousands are not separated, the decimal sign is a point, and targets are
    written as in English (16.a).
    """
    text = OTHER_DIGIT.sub(lambda match: str(unicodedata.digit(match[0])), text)
    text = THOUSANDS.sub("", text).replace("\u066b", ".")
    text = TARGET_LETTER.sub(lambda match: f"{match[1]}.{LETTERS[match[2]]}", text)
    return TARGET_DASH.sub(r"\1\2.\3", text)


@lru_cache(1024)
def normalise_dates(text: str) -> str:
    """Return a text with normalised numbers, in which dates in digits are written 17 July 2024.

    Such dates are 2024-07-17 and 17/07/2024.
    """
    text = ISO_DATE.sub(
        lambda match: english_date(match[3], match[2], match[1]), normalise_numbers(text)
    )
    return SLASHED_DATE.sub(lambda match: english_date(*match.groups()), text)


def english_date(day: str, month: str, year: str) -> str:
    """Return a date in English words; with slashes, where the month is not between 1 and 12.

    All three are strings of digits.
    """
    if not 1 <= int(month) <= 12:
        return f"{day}/{month}/{year}"
    return f"{int(day)} {MONTHS['en'][int(month) - 1][0]} {year}"


def find_numbers(text: str) -> Counter[str]:
    """Return a Counter of the numbers that a text has in digits, as normalised strings."""
    return Counter(NUMBER.findall(normalise_dates(text)))


def find_references(text: str) -> set[str]:
    """Return the numbers of goals and targets that a text names."""
    return {
        number
        for reference in REFERENCE.findall(normalise_numbers(text))
        for number in NUMBER.findall(reference)
    }


def find_ranges(text: str) -> set[tuple[str, str]]:
    """Return (first, last) of the ranges in a text, such as 2026-2030."""
    return {
        (first, last) for first, last in RANGE.findall(normalise_numbers(text)) if first != last
    }


def find_dates(text: str, language: str) -> Counter[tuple[str, int]]:
    """Return a Counter of the (day, month) of each date in a text.

    The day is "" where the date has none. English names of months are found in Arabic texts too.
    """
    text = normalise_dates(text)
    dates: Counter[tuple[str, int]] = Counter()
    for match in DATES["en"].finditer(text):
        day = match["day"] or match["after"]
        if day or match["year"] or match["month"] not in ("May", "March", "Mar", "Jan"):
            dates[str(int(day)) if day else "", MONTH_NUMBERS["en"][match["month"]]] += 1
    for match in DATES["ar"].finditer(text) if language == "ar" else ():
        day, names = match["day"], {match["month"], match["other"]} - {None}
        if day or match["year"] or match["other"]:
            for month in {MONTH_NUMBERS["ar"][name] for name in names}:
                dates[str(int(day)) if day else "", month] += 1
    return dates


def number_word_values() -> dict[str, dict[str, int]]:
    """Return {language: {normal form of a number word: its value}}.

    One and two are left out: Arabic has the dual for two, and in both languages “the first” often
    is no number.
    """
    values = {
        language: {
            normalise(word): value
            for value, forms in enumerate(basic_words, 3)
            for word in forms.split()
        }
        for language, basic_words in BASIC_NUMBER_WORDS.items()
    }
    for tens, word in enumerate(TENS_WORDS["en"].split(), 2):
        values["en"] |= {word: 10 * tens, word.removesuffix("y") + "ieth": 10 * tens}
    for tens, word in enumerate(TENS_WORDS["ar"].split(), 2):
        values["ar"] |= {normalise(word + ending): 10 * tens for ending in ("ون", "ين")}
    values["ar"] |= {normalise(word): 100 for word in ("مئة", "مائة")}
    values["en"] |= {f"{stem}teen": 10 + value for stem, value in TEEN_STEMS.items()}
    values["en"] |= {f"{stem}teenth": 10 + value for stem, value in TEEN_STEMS.items()}
    return values


TEEN_STEMS: dict[str, int] = {
    "thir": 3,
    "four": 4,
    "fif": 5,
    "six": 6,
    "seven": 7,
    "eigh": 8,
    "nine": 9,
}
NUMBER_WORD_VALUES = number_word_values()
# Particles that are written together with an Arabic word: and, in, like, for, the.
ARABIC_PREFIXES = re.compile("^(?:و|ف)?(?:بال|كال|لل|ال|ب|ل)?")


def find_number_words(text: str, language: str) -> Counter[int]:
    """Return a Counter of the values of the numbers that a text has as words, from three on."""
    values: list[int] = []
    last_end = 0
    for word in words(text):
        value, end = number_word_value(word.normal, language), word.end
        # The Arabic numbers from 13 to 19 are two words: three ten.
        is_teen = language == "ar" and value == 10 and values and values[-1] < 10
        if is_teen and text[last_end : word.start].isspace():
            values[-1] += 10
        elif value:
            values.append(value)
        last_end = end if value else -1
    return Counter(values)


def number_word_value(normal: str, language: str) -> int | None:
    """Return the value of a number word, None for any other word.

    `normal` is the normal form that search.analysis gives the word.
    """
    values = NUMBER_WORD_VALUES.get(language, {})
    if language == "ar" and normal not in values:
        normal = ARABIC_PREFIXES.sub("", normal)
    return values.get(normal)
