"""Whether a translation calls things by the names that the glossary gives them."""

import re
from collections import defaultdict
from functools import lru_cache

from django.utils.translation import gettext as _

from history.content_version import remembered
from languages.languages import codes as language_codes
from library.glossary.mentions import Finder, analysed
from library.models import Term
from search.analysis import is_arabic, stem, stems, words
from translations.consistency import Problem

# How many other words may stand between those of a name.
MAX_WORDS_BETWEEN = 4
# Which of them may be left out: the name of the organization where it is clear who is meant, the
# bodies, since English says “law enforcement” for those who enforce the law as well, and the work
# of «العمل الشرطي», which is an adjective in Arabic where “policing” stands before a noun.
SMALL_WORDS = set(stems("the of in on for to and a its INTERPOL agencies authorities bodies العمل"))
ACRONYM = re.compile(r"[\w-]+")


class Terminology:
    """What the glossary says about the names of things in two texts."""

    def __init__(self, terms):
        terms = list(terms)
        self.terms = {term.slug: term for term in terms}
        self.names = {
            code: {term.slug: term.names(code) for term in terms} for code in language_codes()
        }
        self.finders = {code: Finder(names) for code, names in self.names.items()}
        self.acronyms = acronyms_of(terms)

    def mentioned(self, text, language):
        """Return the terms that a text of a language mentions, each once, in order."""
        mentions = mentions_in(self.finders[language], text)
        return [self.terms[slug] for slug in dict.fromkeys(each.term for each in mentions)]

    def is_named(self, acronym, text, language):
        """Whether an acronym stands in a text by a name: INTERPOL is الإنتربول in Arabic."""
        parts = [acronym, acronym.removesuffix("s"), *re.split(r"[-/ ]", acronym)]
        slugs = {slug for part in parts for slug in self.acronyms.get(part, ())}
        return any(mention.term in slugs for mention in mentions_in(self.finders[language], text))

    def problems(self, source, target, source_language, target_language):
        """Return a Problem for each term of a source that the translation calls otherwise."""
        mentions = [
            mention
            for mention in mentions_in(self.finders[source_language], source)
            if self.is_name(mention, source, source_language)
        ]
        found = {mention.term for mention in mentions_in(self.finders[target_language], target)}
        told = self.told({mention.term for mention in mentions} - found, target, target_language)
        missing = {}
        for mention in mentions:
            # A term without a name in the language cannot be called by it.
            is_named = bool(self.names[target_language][mention.term])
            is_told = mention.term in found | told or is_covered(mention, mentions, found)
            if is_named and not is_told:
                missing.setdefault(mention.term, source[mention.start : mention.end])
        return [
            self.problem(slug, piece, source_language, target_language)
            for slug, piece in missing.items()
        ]

    def is_name(self, mention, text, language):
        """Whether one word is written as the name is: “notice” is no Notice, “eco” no ECO."""
        piece = text[mention.start : mention.end]
        names = [name for name in self.names[language][mention.term] if len(name.split()) == 1]
        return (
            is_arabic(piece)
            or len(piece.split()) > 1
            or not piece.islower()
            or any(name.islower() for name in names)
        )

    def told(self, slugs, text, language):
        """Return those of some terms that a text tells of with the words of a name.

        Translations exchange information and build capacity, they do not only speak of
        information exchange and capacity building.
        """
        text_words = [{stem(word.normal), *readings} for word, readings in analysed(text)]
        return {
            slug
            for slug in slugs
            if any(stand_together(name, text_words) for name in self.names[language][slug])
        }

    def problem(self, slug, piece, source_language, target_language):
        message = _("The glossary renders “%(piece)s” as “%(name)s”, which is not there.")
        name = self.names[target_language][slug][0]
        return Problem("terms", message % {"piece": piece, "name": name}, piece, source_language)


@lru_cache(4096)
def mentions_in(finder, text):
    return finder.mentions(text)


@lru_cache(4096)
def content_words(name):
    return {stem(word.normal) for word in words(name)} - SMALL_WORDS


def stand_together(name, text_words):
    """Whether all words of a name stand close to each other in a text, in any order."""
    wanted = content_words(name)
    width = len(wanted) + MAX_WORDS_BETWEEN
    return bool(wanted) and any(
        wanted <= set().union(*text_words[start : start + width])
        for start in range(max(1, len(text_words) - width + 1))
    )


def is_covered(mention, mentions, found):
    """Whether a longer name has this one in it, and stands in the translation itself."""
    return any(
        other.term in found
        and other.start <= mention.start
        and mention.end <= other.end
        and (other.start, other.end) != (mention.start, mention.end)
        for other in mentions
    )


def acronyms_of(terms):
    """Return the slugs of the terms that have an acronym in one of their English names."""
    found = defaultdict(set)
    for term in terms:
        for word in ACRONYM.findall(" ".join(term.names("en"))):
            if sum(map(str.isupper, word)) >= 2:
                found[word.removesuffix("s")].add(term.slug)
    return found


@remembered
def terminology():
    """Return the Terminology of the glossary as it is now."""
    return Terminology(Term.objects.all())


def terms_in(unit):
    """Return the terms that the source of a Unit mentions, but not the one that it is of."""
    found = terminology().mentioned(unit.source, unit.row.source)
    return [term for term in found if term != unit.record]
