"""The pages of the glossary: all terms on one, or the terms of one letter each."""

from functools import cache
from itertools import groupby
from typing import NamedTuple

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from library.glossary.letters import alphabet, letters_by_name
from library.models import Headword, Term

MAX_TERMS_ON_PAGE = 300
MAX_PAGES = 99  # of a letter


@cache
def letter_pages(language: str) -> frozenset[str]:
    """Return the values of the parameter `letter` in a language: "beh", "beh-2" and so on."""
    return frozenset(
        parameter(letter, number)
        for letter in alphabet(language)
        for number in range(1, MAX_PAGES + 1)
    )


def parameter(letter: str, number: int) -> str:
    """Return the parameter of a page of a letter; numbers begin with 1."""
    return letter if number == 1 else f"{letter}-{number}"


class Section(NamedTuple):
    """The terms of one letter on a page; `name` is that of the letter in addresses."""

    name: str
    label: str
    terms: list[Term]


class LetterPage(NamedTuple):
    """One page of the terms of a letter: its number, from 1, and the addresses of all of them."""

    letter: str
    number: int
    addresses: list[str]

    @property
    def numbered(self) -> list[tuple[int, str]]:
        """The number and address of each page of the letter."""
        return list(enumerate(self.addresses, 1))

    @property
    def previous(self) -> str:
        """The address of the page before this one, "" for none."""
        return self.addresses[self.number - 2] if self.number > 1 else ""

    @property
    def next(self) -> str:
        """The address of the page after this one, "" for none."""
        return self.addresses[self.number] if self.number < len(self.addresses) else ""


class Contents:
    """What the glossary has in a language: the number of terms by the name of their letter."""

    def __init__(self, language: str) -> None:
        self.language = language
        rows = Headword.objects.filter(language=language).order_by().values_list("letter")
        count_by_letter = dict(rows.annotate(Count("pk")))
        self.counts: dict[str, int] = {
            letter: count_by_letter[letter]
            for letter in alphabet(language)
            if letter in count_by_letter
        }
        self.total = sum(self.counts.values())
        self.first = next(iter(self.counts), "")

    @property
    def is_divided(self) -> bool:
        """Whether the terms are too many for one page."""
        return self.total > MAX_TERMS_ON_PAGE

    @property
    def letters(self) -> list[tuple[str, str, str]]:
        """The name, label and address of each letter that has terms, in their order."""
        return [(letter, self.label(letter), self.address(letter)) for letter in self.counts]

    def label(self, letter: str) -> str:
        """Return a letter as readers see it."""
        return letters_by_name(self.language).get(letter) or _("Other")

    def address(self, letter: str, number: int = 1) -> str:
        """Return the address of a page of a letter, or of its section where all are on one page."""
        glossary = reverse("glossary:list")
        if not self.is_divided:
            return f"{glossary}#letter-{letter}"
        is_first = letter == self.first and number == 1
        return glossary if is_first else f"{glossary}?letter={parameter(letter, number)}"

    def page(self, asked: str) -> LetterPage | None:
        """Return the page with a value of the parameter, the first one for ""; None for no page."""
        letter, _hyphen, digits = (asked or self.first).partition("-")
        number = int(digits or 1)
        pages = -(-self.counts.get(letter, 0) // MAX_TERMS_ON_PAGE)
        if not self.is_divided or number > pages:
            return None
        addresses = [self.address(letter, other) for other in range(1, pages + 1)]
        return LetterPage(letter, number, addresses)

    def sections(self, page: LetterPage | None) -> list[Section]:
        """Return the sections of a page, of all terms for None; it takes one query."""
        headwords = Headword.objects.filter(language=self.language).select_related("term")
        headwords = headwords.order_by("letter", "sort_key", "term")
        if page is not None:
            start = (page.number - 1) * MAX_TERMS_ON_PAGE
            headwords = headwords.filter(letter=page.letter)[start : start + MAX_TERMS_ON_PAGE]
        terms_by_letter = {
            letter: [headword.term for headword in group]
            for letter, group in groupby(headwords, key=lambda headword: headword.letter)
        }
        return [
            Section(letter, self.label(letter), terms_by_letter[letter])
            for letter in self.counts
            if letter in terms_by_letter
        ]
