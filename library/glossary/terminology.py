"""Check that a translation uses the names that the glossary has for the terms of its source."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from django.utils.translation import gettext as _

from languages.languages import language_codes
from library.glossary.mention_rows import names_in_texts
from library.glossary.mentions import Mention, MentionFinder, key_sets, words_with_keys
from library.models import Term
from search.analysis import is_arabic, stem, stems, words
from translations.consistency import Problem
from translations.units import Unit

# How many other words may stand between the words of a name.
MAX_WORDS_BETWEEN = 4
# Words of a name that a text may leave out, as stems: the name of the organization where the
# context is clear, the bodies, since English says “law enforcement” for those who enforce the law
# as well, and the work of «العمل الشرطي», which is an adjective in Arabic where “policing” stands
# before a noun.
OPTIONAL_STEMS = set(
    stems("the of in on for to and a its INTERPOL agencies authorities bodies العمل")
)
ACRONYM = re.compile(r"[\w-]+")


class Terminology:
    """The names of terms, and checks of texts against them.

    The terms are all that the texts mention, or more.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        terms = list(terms)
        self.terms = {term.slug: term for term in terms}
        self.names = {
            code: {term.slug: term.names(code) for term in terms} for code in language_codes()
        }
        self.finders = {code: MentionFinder(names) for code, names in self.names.items()}
        self.slugs_by_acronym = slugs_by_acronym(terms)

    def mentioned_terms(self, text: str, language: str) -> list[Term]:
        """Return the terms that a text in a language mentions, each once, in order."""
        mentions = self.finders[language].find(text)
        return [self.terms[slug] for slug in dict.fromkeys(mention.term for mention in mentions)]

    def is_named(self, acronym: str, text: str, language: str) -> bool:
        """Whether a text has a name of the term with an acronym: الإنتربول for INTERPOL.

        A plural s and the parts of a compound acronym count too.
        """
        parts = [acronym, acronym.removesuffix("s"), *re.split(r"[-/ ]", acronym)]
        slugs = {slug for part in parts for slug in self.slugs_by_acronym.get(part, ())}
        return any(mention.term in slugs for mention in self.finders[language].find(text))

    def problems(
        self, source: str, target: str, source_language: str, target_language: str
    ) -> list[Problem]:
        """Return a Problem for each term in the source that has none of its names in the target.

        A term that has no name in the target language is left out.
        """
        mentions = [
            mention
            for mention in self.finders[source_language].find(source)
            if self.is_written_as_name(mention, source, source_language)
        ]
        matched = {mention.term for mention in self.finders[target_language].find(target)}
        unmatched = {mention.term for mention in mentions} - matched
        nearby = self.proximity_matches(unmatched, target, target_language)
        missing: dict[str, str] = {}  # the words of the source by slug
        for mention in mentions:
            has_name = bool(self.names[target_language][mention.term])
            is_rendered = mention.term in matched | nearby or is_within_longer_mention(
                mention, mentions, matched
            )
            if has_name and not is_rendered:
                missing.setdefault(mention.term, source[mention.start : mention.end])
        return [
            self.problem(slug, piece, source_language, target_language)
            for slug, piece in missing.items()
        ]

    def is_written_as_name(self, mention: Mention, text: str, language: str) -> bool:
        """Whether a mention has the case of a name: “notice” is no Notice, “eco” no ECO.

        Only single Latin words in small letters are doubtful. They count where a name of the term
        is a single word in small letters too.
        """
        piece = text[mention.start : mention.end]
        names = [name for name in self.names[language][mention.term] if len(name.split()) == 1]
        return (
            is_arabic(piece)
            or len(piece.split()) > 1
            or not piece.islower()
            or any(name.islower() for name in names)
        )

    def proximity_matches(self, slugs: Iterable[str], text: str, language: str) -> set[str]:
        """Return the slugs of the terms that have a name whose words stand close in the text.

        Translations write “exchange information” and “build capacity” as well as “information
        exchange” and “capacity building”.
        """
        text_stems = [{stem(word.normal), *keys} for word, keys in words_with_keys(text)]
        return {
            slug
            for slug in slugs
            if any(has_words_nearby(name, text_stems) for name in self.names[language][slug])
        }

    def problem(self, slug: str, piece: str, source_language: str, target_language: str) -> Problem:
        """Return the Problem that a piece of the source is not rendered by its term's name."""
        message = _("The glossary renders “%(piece)s” as “%(name)s”, which is not there.")
        name = self.names[target_language][slug][0]
        return Problem("terms", message % {"piece": piece, "name": name}, piece, source_language)


@lru_cache(4096)
def required_stems(name: str) -> set[str]:
    """Return the stems of a name's words without the optional ones; cached."""
    return {stem(word.normal) for word in words(name)} - OPTIONAL_STEMS


def has_words_nearby(name: str, text_stems: Sequence[Set[str]]) -> bool:
    """Whether the required words of a name stand close to each other in a text, in any order.

    `text_stems` has a set of stems and keys for each word of the text. At most MAX_WORDS_BETWEEN
    other words may stand among those of the name.
    """
    required = required_stems(name)
    width = len(required) + MAX_WORDS_BETWEEN
    return bool(required) and any(
        required <= set().union(*text_stems[start : start + width])
        for start in range(max(1, len(text_stems) - width + 1))
    )


def is_within_longer_mention(
    mention: Mention, mentions: Iterable[Mention], matched: Set[str]
) -> bool:
    """Whether a mention lies within a longer one whose term is in `matched`, by slug."""
    return any(
        longer.term in matched
        and longer.start <= mention.start
        and mention.end <= longer.end
        and (longer.start, longer.end) != (mention.start, mention.end)
        for longer in mentions
    )


def slugs_by_acronym(terms: Iterable[Term]) -> dict[str, set[str]]:
    """Return the slugs of the terms that have an acronym in an English name, by acronym.

    A word with two or more capital letters is an acronym; a plural s is cut off.
    """
    slugs: defaultdict[str, set[str]] = defaultdict(set)
    for term in terms:
        for word in ACRONYM.findall(" ".join(term.names("en"))):
            if sum(map(str.isupper, word)) >= 2:
                slugs[word.removesuffix("s")].add(term.slug)
    return slugs


# The Terminology of all terms within all_terms_loaded(), None outside.
loaded_terminology: ContextVar[Terminology | None] = ContextVar("loaded_terminology", default=None)


@contextmanager
def all_terms_loaded() -> Iterator[None]:
    """Load all terms once for the checks in this block.

    This takes less time where many texts are checked, but memory for every term: it is for
    commands, not for requests.
    """
    token = loaded_terminology.set(Terminology(Term.objects.all()))
    try:
        yield
    finally:
        loaded_terminology.reset(token)


def terminology(texts: Iterable[tuple[str, str]]) -> Terminology:
    """Return the Terminology of all terms that some texts, (language, text), may mention.

    It takes one query, of the index of mentions.
    """
    loaded = loaded_terminology.get()
    if loaded is not None:
        return loaded
    names = names_in_texts((language, key_sets(text)) for language, text in texts)
    return Terminology(Term.objects.filter(pk__in=names.values("term")))


def source_terms(units: Sequence[Unit]) -> list[list[Term]]:
    """Return the terms in the source of each Unit, without the term that the Unit belongs to.

    It takes one query.
    """
    known = terminology((unit.row.source, unit.source) for unit in units)
    return [
        [
            term
            for term in known.mentioned_terms(unit.source, unit.row.source)
            if term != unit.record
        ]
        for unit in units
    ]
