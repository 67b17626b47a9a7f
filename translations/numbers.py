"""The figures of a text: its numbers, in numerals and in words, its months and its references."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from search.analysis import normalise, words

NUMBER = re.compile(r"\d+(?:\.(?:\d+|[a-z]\b))?")
OTHER_DIGIT = re.compile(r"[^\D0-9]")
RANGE = re.compile(r"(?<![\d.-])(\d+)\s?[-–]\s?(\d+)(?![\d-])")
# A comma or a narrow space that parts thousands, a decimal sign of Arabic, a letter of a target.
THOUSANDS = re.compile(r"(?<=\d)[,\u066c\u00a0\u202f](?=\d{3}(?!\d))")
TARGET_LETTER = re.compile(r"(?<![\d.-])(\d{1,2})[.-]([أبجدهو])(?!\w)")
TARGET_DASH = re.compile(r"(المقصد|المقصدين|المقاصد|مقصد)( \d{1,2})-(\d{1,2})(?!\d)")
LETTERS = dict(zip("أبجدهو", "abcdef", strict=True))

# What goals and targets are called before their numbers.
REFERENCE = re.compile(
    r"(?:\b(?:SDGs?|GPGs?|[Gg]oals?|[Tt]argets?|[Oo]bjectives?)"
    r"|(?:هدف|أهداف|هدفين|هدفان|مقصد|مقاصد|مقصدين|مقصدان))"
    r"((?:(?:\s|,|،|و|and|or|to|أو|إلى|[-–])+(?<!\d)\d{1,2}(?:\.[\da-z]+)?(?![\d/]))+)"
)

MONTHS = {
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
MONTH_NUMBERS = {
    language: {name: number for number, names in enumerate(months, 1) for name in names}
    for language, months in MONTHS.items()
}
ENGLISH_MONTH = "|".join(MONTH_NUMBERS["en"])
ARABIC_MONTH = "|".join(MONTH_NUMBERS["ar"])
YEAR = r"(?:(?:من )?(?:عام|سنة) )?\d{4}"
DATES = {
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

UNITS = {
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
TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety hundred",
    "ar": "عشر ثلاث أربع خمس ست سبع ثمان تسع",
}


@lru_cache(1024)
def western(text):
    """Return a text with its digits as Western ones and its numbers written in one way."""
    text = OTHER_DIGIT.sub(lambda found: str(unicodedata.digit(found[0])), text)
    text = THOUSANDS.sub("", text).replace("\u066b", ".")
    text = TARGET_LETTER.sub(lambda found: f"{found[1]}.{LETTERS[found[2]]}", text)
    return TARGET_DASH.sub(r"\1\2.\3", text)


@lru_cache(1024)
def dated(text):
    """Return a text with its dates in figures as the texts have them: 17 July 2024."""
    text = ISO_DATE.sub(lambda found: written(found[3], found[2], found[1]), western(text))
    return SLASHED_DATE.sub(lambda found: written(*found.groups()), text)


def written(day, month, year):
    if not 1 <= int(month) <= 12:
        return f"{day}/{month}/{year}"
    return f"{int(day)} {MONTHS['en'][int(month) - 1][0]} {year}"


def numbers(text):
    """Return the numbers of a text, in whatever digits, each as often as it stands there."""
    return Counter(NUMBER.findall(dated(text)))


def references(text):
    """Return the numbers of the goals and targets that a text names."""
    return {
        number
        for reference in REFERENCE.findall(western(text))
        for number in NUMBER.findall(reference)
    }


def ranges(text):
    """Return the spans from one number to another, such as those of years."""
    return {(first, last) for first, last in RANGE.findall(western(text)) if first != last}


def dates(text, language):
    """Return the (day, month) of each date, the day "" where it has none, and how often."""
    text, found = dated(text), Counter()
    for match in DATES["en"].finditer(text):
        day = match["day"] or match["after"]
        if day or match["year"] or match["month"] not in ("May", "March", "Mar", "Jan"):
            found[str(int(day)) if day else "", MONTH_NUMBERS["en"][match["month"]]] += 1
    for match in DATES["ar"].finditer(text) if language == "ar" else ():
        day, names = match["day"], {match["month"], match["other"]} - {None}
        if day or match["year"] or match["other"]:
            for month in {MONTH_NUMBERS["ar"][name] for name in names}:
                found[str(int(day)) if day else "", month] += 1
    return found


def number_words():
    """Return the value of each word that is a number, by language and normal form.

    One and two are left out: Arabic has the dual for two, and both have “the first” for more.
    """
    values = {
        language: {
            normalise(word): value for value, forms in enumerate(units, 3) for word in forms.split()
        }
        for language, units in UNITS.items()
    }
    for place, word in enumerate(TENS["en"].split(), 2):
        values["en"] |= {word: 10 * place, word.removesuffix("y") + "ieth": 10 * place}
    for place, word in enumerate(TENS["ar"].split(), 2):
        values["ar"] |= {normalise(word + ending): 10 * place for ending in ("ون", "ين")}
    values["ar"] |= {normalise(word): 100 for word in ("مئة", "مائة")}
    values["en"] |= {f"{unit}teen": 10 + value for unit, value in TEENS.items()}
    values["en"] |= {f"{unit}teenth": 10 + value for unit, value in TEENS.items()}
    return values


TEENS = {"thir": 3, "four": 4, "fif": 5, "six": 6, "seven": 7, "eigh": 8, "nine": 9}
VALUES = number_words()
ARTICLES = re.compile("^(?:و|ف)?(?:بال|كال|لل|ال|ب|ل)?")


def spelled(text, language):
    """Return the values of the numbers that stand in a text as words, from three on."""
    found, last = [], 0
    for word in words(text):
        value, end = value_of(word.normal, language), word.end
        is_teen = language == "ar" and value == 10 and found and found[-1] < 10
        if is_teen and text[last : word.start].isspace():
            found[-1] += 10
        elif value:
            found.append(value)
        last = end if value else -1
    return Counter(found)


def value_of(normal, language):
    values = VALUES.get(language, {})
    if language == "ar" and normal not in values:
        normal = ARTICLES.sub("", normal)
    return values.get(normal)
