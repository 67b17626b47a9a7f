"""What a translation has to have in common with its source, and what neither of them may have.

Everything here looks at two texts alone. What the glossary knows comes in as `terms`, an object
with two methods, as library.glossary.terminology.Terminology has them:

    is_named(acronym, text, language)   whether a text has an acronym by one of its names
    problems(source, target, source_language, target_language)
"""

import re
from collections import Counter
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from languages import punctuation
from translations import numbers

CODE = re.compile(r"[A-Z][A-Za-z]*(?:[-/][A-Za-z0-9]+)*(?:-[0-9]+(?:/[0-9]+)?)?")

CODES = (
    "numbers",
    "dates",
    "sdg",
    "acronyms",
    "addresses",
    "quotations",
    "brackets",
    "lists",
    "punctuation",
    "digits",
    "tatweel",
    "unseen",
    "terms",
)


class Problem(NamedTuple):
    """One thing that is wrong: its kind, a sentence for the reader, the piece of the text.

    `language` is that of the text that has the piece, "" where both are concerned.
    """

    code: str
    message: str
    where: str
    language: str = ""


class Side(NamedTuple):
    """One text of a pair, and which of the two it is."""

    text: str
    language: str
    is_source: bool

    def only(self, code, piece):
        """Return the Problem that something stands in this text alone."""
        message = (
            _("“%(piece)s” stands only in the source.")
            if self.is_source
            else _("“%(piece)s” stands only in the translation.")
        )
        return Problem(code, message % {"piece": piece}, piece, self.language)

    def own(self, code, in_source, in_translation, piece):
        """Return the Problem of a piece that would be wrong whatever the other text says."""
        message = in_source if self.is_source else in_translation
        return Problem(code, message % {"piece": piece}, piece, self.language)


def problems(source, target, source_language, target_language, terms=None):
    """Return every Problem of a text and its translation; none where one of them is empty."""
    if not source.strip() or not target.strip():
        return []
    sides = [Side(source, source_language, True), Side(target, target_language, False)]
    found = list(differing_addresses(*sides))
    # The words and numbers of an address are neither.
    sides = [side._replace(text=punctuation.without_addresses(side.text)) for side in sides]
    found += [problem for check in CHECKS for problem in check(*sides)]
    found += lonely_acronyms(*sides, terms)
    if terms is not None:
        texts = [side.text for side in sides]
        found += terms.problems(*texts, source_language, target_language)
    return found


def compared(source, target, find):
    """Yield each side with what `find` finds more often in it than in the other."""
    ours, theirs = Counter(find(source)), Counter(find(target))
    yield source, sorted(ours - theirs)
    yield target, sorted(theirs - ours)


def differing_numbers(source, target):
    """Yield the numbers of goals and targets, and the other numbers, that one text lacks."""
    alone = dict(compared(source, target, lambda side: numbers.numbers(side.text)))
    words = dict(compared(source, target, lambda side: numbers.spelled(side.text, side.language)))
    for side, own in alone.items():
        other = target if side.is_source else source
        for number in own:
            if number.isdigit() and int(number) in words[other]:
                words[other].remove(int(number))
                yield written_out(side, number)
            else:
                is_reference = number in numbers.references(side.text)
                yield side.only("sdg" if is_reference else "numbers", number)
    for side, values in words.items():
        for value in values:
            yield numbered(side, value)


def written_out(side, number):
    message = _("“%(piece)s” is a numeral in one language and a word in the other.")
    return Problem("numbers", message % {"piece": number}, number, side.language)


def numbered(side, value):
    """Return the Problem of a number that one text alone has, as a word."""
    return side.own(
        "numbers",
        _("The source has the number %(piece)s as a word, the translation has not."),
        _("The translation has the number %(piece)s as a word, the source has not."),
        str(value),
    )


def reversed_ranges(source, target):
    """Yield the ranges that run the other way in the translation: 2030-2026."""
    for first, last in sorted(numbers.ranges(target.text)):
        if (last, first) in numbers.ranges(source.text):
            message = _("“%(piece)s” runs the other way in the source.")
            piece = f"{first}-{last}"
            yield Problem("numbers", message % {"piece": piece}, piece, target.language)


def moved_references(source, target):
    """Yield the numbers that name a goal or target in one text, and something else in the other.

    Only where both texts have the same numbers; otherwise differing_numbers() says more.
    """
    if numbers.numbers(source.text) != numbers.numbers(target.text):
        return
    ours, theirs = (numbers.references(side.text) for side in (source, target))
    if ours and theirs and len(ours) == len(theirs):
        for number in sorted(theirs - ours):
            message = _("“%(piece)s” is the number of a goal or target only in the translation.")
            yield Problem("sdg", message % {"piece": number}, number, target.language)


def differing_dates(source, target):
    """Yield the days and months that one text alone has."""
    months = [
        Counter(month for _day, month in numbers.dates(side.text, side.language).elements())
        for side in (source, target)
    ]
    is_same = months[0] == months[1]
    for side, alone in compared(
        source, target, lambda side: numbers.dates(side.text, side.language)
    ):
        for day, month in alone:
            if not is_same or day:
                yield side.only("dates", f"{day} {numbers.MONTHS['en'][month - 1][0]}".strip())


def is_acronym(word):
    """Whether a Latin word is a code or an acronym: I-24/7, ICSE, COVID-19."""
    return sum(letter.isupper() for letter in word) >= 2 or any(map(str.isdigit, word))


def acronyms(text):
    words = CODE.findall(text)
    return {word for word in words if is_acronym(word)}


def lonely_acronyms(source, target, terms):
    """Yield the acronyms that one text lacks; Arabic may have the name of it instead."""
    for side, other in ((source, target), (target, source)):
        for acronym in sorted(acronyms(side.text) - acronyms(other.text)):
            may_be_named = other.language == "ar" and terms is not None
            if not (may_be_named and terms.is_named(acronym, other.text, other.language)):
                yield side.only("acronyms", acronym)


def differing_addresses(source, target):
    for side, alone in compared(source, target, lambda side: punctuation.addresses(side.text)):
        for address in alone:
            yield side.only("addresses", address)


def open_marks(source, target):
    """Yield quotation marks and brackets without their other half.

    A quotation of several paragraphs opens in each and closes in the last: where both texts
    leave as many open, they say the same.
    """
    for code, find in (
        ("quotations", punctuation.open_quotations),
        ("brackets", punctuation.open_brackets),
    ):
        ours, theirs = find(source.text), find(target.text)
        if is_alike(ours, theirs):
            continue
        for side, marks in ((source, ours), (target, theirs)):
            for mark in marks:
                yield side.own(
                    code,
                    _("“%(piece)s” lacks its other half in the source."),
                    _("“%(piece)s” lacks its other half in the translation."),
                    mark,
                )


def is_alike(ours, theirs):
    """Whether two texts leave the same halves open, whatever marks they write."""

    def halves(marks):
        return [mark in punctuation.QUOTATIONS or mark in punctuation.BRACKETS for mark in marks]

    return halves(ours) == halves(theirs)


def differing_lists(source, target):
    ours, theirs = punctuation.items(source.text), punctuation.items(target.text)
    if ours != theirs:
        message = _("The lists have %(source)s items in the source, %(target)s in the translation.")
        values = {"source": ours, "target": theirs}
        yield Problem("lists", message % values, "")


def wrong_signs(source, target):
    """Yield what the rules for the content forbid in any text."""
    for side in (source, target):
        for code, find, of_source, of_target in WRONG_SIGNS:
            for piece in find(side):
                yield side.own(code, _(of_source), _(of_target), piece)


WRONG_SIGNS = (
    (
        "punctuation",
        lambda side: punctuation.foreign_punctuation(side.text, side.language),
        gettext_noop("“%(piece)s” has a sign of the other script in the source."),
        gettext_noop("“%(piece)s” has a sign of the other script in the translation."),
    ),
    (
        "digits",
        lambda side: punctuation.other_digits(side.text),
        gettext_noop("“%(piece)s” has other digits than 0 to 9 in the source."),
        gettext_noop("“%(piece)s” has other digits than 0 to 9 in the translation."),
    ),
    (
        "tatweel",
        lambda side: punctuation.stretched(side.text),
        gettext_noop("“%(piece)s” has a tatweel in the source."),
        gettext_noop("“%(piece)s” has a tatweel in the translation."),
    ),
    (
        "unseen",
        lambda side: punctuation.unseen(side.text),
        gettext_noop("There is an invisible character in the source: %(piece)s."),
        gettext_noop("There is an invisible character in the translation: %(piece)s."),
    ),
)

CHECKS = (
    differing_numbers,
    reversed_ranges,
    moved_references,
    differing_dates,
    open_marks,
    differing_lists,
    wrong_signs,
)
