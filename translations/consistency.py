"""Problems of a translation that can be seen in the source text and the translation alone.

Some checks compare the two texts (numbers, dates, acronyms); others look for characters that no
text of the content may have. The glossary comes in as `terms`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from languages import punctuation
from translations import numbers

# A Latin word, which may be a code or an acronym (is_acronym): I-24/7, COVID-19, Police.
LATIN_CODE = re.compile(r"[A-Z][A-Za-z]*(?:[-/][A-Za-z0-9]+)*(?:-[0-9]+(?:/[0-9]+)?)?")

PROBLEM_CODES: tuple[str, ...] = (
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
    """A problem of a pair of texts: one of PROBLEM_CODES, a sentence for the reader, and a piece.

    `piece` is the part of the text that the problem is about. `language` is the language of the
    text that has the piece, "" where both texts are concerned.
    """

    code: str
    message: str
    piece: str
    language: str = ""


class Side(NamedTuple):
    """One text of a pair: the source or the translation."""

    text: str
    language: str
    is_source: bool

    def extra_problem(self, code: str, piece: str) -> Problem:
        """Return the problem of a piece that only this text has."""
        message = (
            _("“%(piece)s” stands only in the source.")
            if self.is_source
            else _("“%(piece)s” stands only in the translation.")
        )
        return Problem(code, message % {"piece": piece}, piece, self.language)

    def own_problem(
        self, code: str, source_message: str, translation_message: str, piece: str
    ) -> Problem:
        """Return the problem of a piece, with the message for the text in which it stands.

        The messages have the placeholder %(piece)s.
        """
        message = source_message if self.is_source else translation_message
        return Problem(code, message % {"piece": piece}, piece, self.language)


class GlossaryTerms(Protocol):
    """The terms of a glossary, such as library.glossary.terminology.Terminology."""

    def is_named(self, acronym: str, text: str, language: str) -> bool:
        """Whether a text has an acronym by one of its names."""
        ...

    def problems(
        self, source: str, target: str, source_language: str, target_language: str
    ) -> list[Problem]:
        """Return the problems of the terms in a source text and its translation."""
        ...


def find_problems(
    source: str,
    target: str,
    source_language: str,
    target_language: str,
    terms: GlossaryTerms | None = None,
) -> list[Problem]:
    """Return the problems of a source text and its translation.

    It is empty where one of the texts is. Without `terms`, names of the glossary are not checked.
    """
    if not source.strip() or not target.strip():
        return []
    sides = [Side(source, source_language, True), Side(target, target_language, False)]
    problems = list(check_addresses(*sides))
    # The words and numbers of an address are neither.
    source_side, target_side = (
        side._replace(text=punctuation.without_addresses(side.text)) for side in sides
    )
    problems += [problem for check in CHECKS for problem in check(source_side, target_side)]
    problems += check_acronyms(source_side, target_side, terms)
    if terms is not None:
        problems += terms.problems(
            source_side.text, target_side.text, source_language, target_language
        )
    return problems


def extra_pieces[Piece: (str, int, tuple[str, int])](
    source: Side, target: Side, find: Callable[[Side], Iterable[Piece]]
) -> Iterator[tuple[Side, list[Piece]]]:
    """Yield each Side with the pieces that it has more often than the other: sorted, each once.

    `find` returns the pieces of a Side, or a Counter of them.
    """
    source_pieces, target_pieces = Counter(find(source)), Counter(find(target))
    yield source, sorted(source_pieces - target_pieces)
    yield target, sorted(target_pieces - source_pieces)


def check_numbers(source: Side, target: Side) -> Iterator[Problem]:
    """Yield a Problem for each number that only one text has, in digits or as a word.

    The numbers of goals and targets have the code "sdg".
    """
    extra_numbers = dict(extra_pieces(source, target, lambda side: numbers.find_numbers(side.text)))
    extra_values = dict(
        extra_pieces(
            source, target, lambda side: numbers.find_number_words(side.text, side.language)
        )
    )
    for side, side_numbers in extra_numbers.items():
        other_side = target if side.is_source else source
        for number in side_numbers:
            if number.isdigit() and int(number) in extra_values[other_side]:
                extra_values[other_side].remove(int(number))
                yield numeral_or_word_problem(side, number)
            else:
                is_reference = number in numbers.find_references(side.text)
                yield side.extra_problem("sdg" if is_reference else "numbers", number)
    for side, values in extra_values.items():
        for value in values:
            yield number_word_problem(side, value)


def numeral_or_word_problem(side: Side, number: str) -> Problem:
    """Return the problem of a number that is written in digits in one text, in words in the other.

    `side` is the Side with the digits.
    """
    message = _("“%(piece)s” is a numeral in one language and a word in the other.")
    return Problem("numbers", message % {"piece": number}, number, side.language)


def number_word_problem(side: Side, value: int) -> Problem:
    """Return the problem of a number that only one text has, as a word."""
    return side.own_problem(
        "numbers",
        _("The source has the number %(piece)s as a word, the translation has not."),
        _("The translation has the number %(piece)s as a word, the source has not."),
        str(value),
    )


def check_range_order(source: Side, target: Side) -> Iterator[Problem]:
    """Yield a Problem for each range whose ends are exchanged in the translation: 2030-2026."""
    for first, last in sorted(numbers.find_ranges(target.text)):
        if (last, first) in numbers.find_ranges(source.text):
            message = _("“%(piece)s” runs the other way in the source.")
            piece = f"{first}-{last}"
            yield Problem("numbers", message % {"piece": piece}, piece, target.language)


def check_references(source: Side, target: Side) -> Iterator[Problem]:
    """Yield a Problem for each number that names a goal or target in the translation alone.

    This is for texts that have the same numbers; check_numbers() reports the others.
    """
    if numbers.find_numbers(source.text) != numbers.find_numbers(target.text):
        return
    source_references = numbers.find_references(source.text)
    target_references = numbers.find_references(target.text)
    if source_references and target_references and len(source_references) == len(target_references):
        for number in sorted(target_references - source_references):
            message = _("“%(piece)s” is the number of a goal or target only in the translation.")
            yield Problem("sdg", message % {"piece": number}, number, target.language)


def check_dates(source: Side, target: Side) -> Iterator[Problem]:
    """Yield a Problem for each day or month that only one text has.

    A month without a day is reported only where the months of the two texts differ.
    """
    source_months, target_months = (
        Counter(month for _day, month in numbers.find_dates(side.text, side.language).elements())
        for side in (source, target)
    )
    has_same_months = source_months == target_months
    for side, dates in extra_pieces(
        source, target, lambda side: numbers.find_dates(side.text, side.language)
    ):
        for day, month in dates:
            if not has_same_months or day:
                piece = f"{day} {numbers.MONTHS['en'][month - 1][0]}".strip()
                yield side.extra_problem("dates", piece)


def is_acronym(word: str) -> bool:
    """Whether a Latin word is a code or an acronym: I-24/7, ICSE, COVID-19."""
    return sum(letter.isupper() for letter in word) >= 2 or any(map(str.isdigit, word))


def acronyms(text: str) -> set[str]:
    """Return the codes and acronyms in a text."""
    return {word for word in LATIN_CODE.findall(text) if is_acronym(word)}


def check_acronyms(source: Side, target: Side, terms: GlossaryTerms | None) -> Iterator[Problem]:
    """Yield a Problem for each acronym that only one text has.

    In Arabic, one of its names in the glossary may stand in place of the acronym.
    """
    for side, other_side in ((source, target), (target, source)):
        for acronym in sorted(acronyms(side.text) - acronyms(other_side.text)):
            is_named = (
                terms is not None
                and other_side.language == "ar"
                and terms.is_named(acronym, other_side.text, other_side.language)
            )
            if not is_named:
                yield side.extra_problem("acronyms", acronym)


def check_addresses(source: Side, target: Side) -> Iterator[Problem]:
    """Yield a Problem for each web or mail address that only one text has."""
    for side, addresses in extra_pieces(
        source, target, lambda side: punctuation.find_addresses(side.text)
    ):
        for address in addresses:
            yield side.extra_problem("addresses", address)


def check_paired_marks(source: Side, target: Side) -> Iterator[Problem]:
    """Yield a Problem for each quotation mark and bracket without its other half.

    A quotation of several paragraphs opens in each and closes in the last, so marks that both
    texts leave open in the same way are no problem.
    """
    for code, find_open in (
        ("quotations", punctuation.unpaired_quotation_marks),
        ("brackets", punctuation.unpaired_brackets),
    ):
        source_marks, target_marks = find_open(source.text), find_open(target.text)
        if has_same_halves(source_marks, target_marks):
            continue
        for side, marks in ((source, source_marks), (target, target_marks)):
            for mark in marks:
                yield side.own_problem(
                    code,
                    _("“%(piece)s” lacks its other half in the source."),
                    _("“%(piece)s” lacks its other half in the translation."),
                    mark,
                )


def has_same_halves(source_marks: Sequence[str], target_marks: Sequence[str]) -> bool:
    """Whether two lists of marks have opening and closing halves in the same order.

    The marks themselves may differ: « in Arabic, “ in English.
    """

    def halves(marks: Sequence[str]) -> list[bool]:
        return [mark in punctuation.QUOTATIONS or mark in punctuation.BRACKETS for mark in marks]

    return halves(source_marks) == halves(target_marks)


def check_lists(source: Side, target: Side) -> Iterator[Problem]:
    """Yield a Problem where the lists of the two texts have different numbers of items."""
    source_items, target_items = (
        punctuation.count_list_items(source.text),
        punctuation.count_list_items(target.text),
    )
    if source_items != target_items:
        message = _("The lists have %(source)s items in the source, %(target)s in the translation.")
        values = {"source": source_items, "target": target_items}
        yield Problem("lists", message % values, "")


def check_characters(source: Side, target: Side) -> Iterator[Problem]:
    """Yield a Problem for each piece with characters that the rules of the content forbid."""
    for side in (source, target):
        for code, find, source_message, translation_message in CHARACTER_RULES:
            for piece in find(side):
                yield side.own_problem(code, _(source_message), _(translation_message), piece)


# Code of the problem, function that finds the pieces of a Side, messages for either text.
CHARACTER_RULES: tuple[tuple[str, Callable[[Side], Iterable[str]], str, str], ...] = (
    (
        "punctuation",
        lambda side: punctuation.foreign_punctuation(side.text, side.language),
        gettext_noop("“%(piece)s” has a sign of the other script in the source."),
        gettext_noop("“%(piece)s” has a sign of the other script in the translation."),
    ),
    (
        "digits",
        lambda side: punctuation.non_western_numbers(side.text),
        gettext_noop("“%(piece)s” has other digits than 0 to 9 in the source."),
        gettext_noop("“%(piece)s” has other digits than 0 to 9 in the translation."),
    ),
    (
        "tatweel",
        lambda side: punctuation.words_with_tatweel(side.text),
        gettext_noop("“%(piece)s” has a tatweel in the source."),
        gettext_noop("“%(piece)s” has a tatweel in the translation."),
    ),
    (
        "unseen",
        lambda side: punctuation.invisible_characters(side.text),
        gettext_noop("There is an invisible character in the source: %(piece)s."),
        gettext_noop("There is an invisible character in the translation: %(piece)s."),
    ),
)

# Each takes both texts without the addresses in them.
CHECKS: tuple[Callable[[Side, Side], Iterator[Problem]], ...] = (
    check_numbers,
    check_range_order,
    check_references,
    check_dates,
    check_paired_marks,
    check_lists,
    check_characters,
)
