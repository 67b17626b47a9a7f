"""Find the glossary's terms in a text, in inflected forms too.

A name is the sequence of the match keys of its words. A word of a text has several candidate keys,
so a text is a sequence of sets of keys; a name is mentioned wherever its keys are in successive
sets.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from languages.templatetags.languages import isolated
from search.analysis import Word, is_arabic, stem, strip_article, words

# Particles that Arabic writes together with the next word, and that a stem keeps.
PARTICLES = ("و", "ف", "ب", "ل", "ك", "ول", "وب", "فل")
# Before the key of an Arabic word with its article; no other key has this sign.
DEFINITE = "+"
# Between the words of a name or text, and around the keys of a word. No key has them in it.
WORD_END, KEY_END = "\n", "\t"

type Keys = tuple[str, ...]  # of a name, one for each word
type KeySets = Sequence[set[str]]  # of a text, one for each word


class Mention(NamedTuple):
    """A mention of a term: start and end offset in the text, in characters, and the term's slug."""

    start: int
    end: int
    term: str


def match_key(normal: str) -> str:
    """Return the key that all forms of a normalised word share.

    It is the stem in Arabic and the singular in English. An English stem would take “enable”
    for a form of “enabler”.
    """
    if is_arabic(normal):
        return stem(normal)
    if normal.endswith("ies"):
        return normal[:-3] + "y"
    return normal.removesuffix("s") if not normal.endswith("ss") else normal


def definite_key(normal: str) -> str:
    """Return the key of a normalised Arabic word that begins with «ال», "" for any other word.

    A name of one such word is mentioned only by a word with the article: الحوار is the Dialogue,
    but حوار is any dialogue, and المهمة is the mission, but المهم “what is important”.
    """
    if not is_arabic(normal):
        return ""
    bare = strip_article(normal)
    return DEFINITE + bare if bare != normal else ""


def name_keys(name: str) -> Keys:
    """Return the keys of a name, an empty tuple where it has no words."""
    normals = [word.normal for word in words(name)]
    if len(normals) == 1 and (key := definite_key(normals[0])):
        return (key,)
    return tuple(map(match_key, normals))


def candidate_keys(normal: str) -> set[str]:
    """Return the keys of a word of a text: with and, in Arabic, without its particle, and definite.

    The key of a name's word is among them if the word may be a form of it.
    """
    keys = {match_key(normal)}
    if is_arabic(normal):
        keys |= {
            match_key(normal.removeprefix(particle))
            for particle in PARTICLES
            if normal.startswith(particle) and len(normal) - len(particle) >= 3
        }
        keys |= {key for key in [definite_key(normal)] if key}
    return keys


@lru_cache(64)
def words_with_keys(text: str) -> list[tuple[Word, set[str]]]:
    """Return the words of a text, each with its candidate keys; cached, since texts recur."""
    return [(word, candidate_keys(word.normal)) for word in words(text)]


def key_sets(text: str) -> list[set[str]]:
    """Return the candidate keys of each word of a text."""
    return [keys for _word, keys in words_with_keys(text)]


def join_keys(keys: KeySets) -> str:
    """Return the candidate keys of a text as one string, in which each key has KEY_END around it.

    A word is a line.
    """
    return WORD_END.join(
        f"{KEY_END}{KEY_END.join(sorted(word_keys))}{KEY_END}" for word_keys in keys
    )


def split_keys(joined: str) -> list[set[str]]:
    """Return the candidate keys that join_keys() has joined."""
    return [set(line[1:-1].split(KEY_END)) for line in joined.split(WORD_END) if line]


def name_start(keys: Keys) -> str:
    """Return what a name is looked up by: its first two keys, or the only one, as one string.

    Many names share their first word, few their first two.
    """
    return WORD_END.join(keys[:2])


def text_starts(keys: KeySets) -> Iterator[tuple[int, str]]:
    """Yield each name_start() that a mention in a text may have, after the position of its word."""
    for position, word_keys in enumerate(keys):
        for key in word_keys:
            yield position, key
    for position, (word_keys, next_keys) in enumerate(pairwise(keys)):
        for key in word_keys:
            for next_key in next_keys:
                yield position, f"{key}{WORD_END}{next_key}"


class NameMatcher[Owner]:
    """Finds names in texts of one language; each name has an owner, such as a term's slug."""

    def __init__(self, names: Iterable[tuple[Keys, Owner]]) -> None:
        self.names_by_start: defaultdict[str, set[tuple[Keys, Owner]]] = defaultdict(set)
        for keys, owner in names:
            if keys:
                self.names_by_start[name_start(keys)].add((keys, owner))

    def matches(self, text_keys: KeySets) -> Iterator[tuple[int, int, Owner]]:
        """Yield the position of the first word, the number of words and the owner of each match."""
        for position, start in text_starts(text_keys):
            for keys, owner in self.names_by_start.get(start, ()):
                window = text_keys[position : position + len(keys)]
                if len(window) == len(keys) and all(
                    key in word_keys for key, word_keys in zip(keys, window, strict=True)
                ):
                    yield position, len(keys), owner


class MentionFinder:
    """Finds the mentions of terms in texts of one language.

    `names` is {slug of a term: all its names in the language}.
    """

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self.matcher = NameMatcher(
            (name_keys(name), slug) for slug, term_names in names.items() for name in term_names
        )

    def find(self, text: str) -> list[Mention]:
        """Return the mentions in a text, by their start, then the longest first.

        Where several names of one term begin at the same word, the longest counts.
        """
        text_words = words_with_keys(text)
        longest: dict[tuple[int, str], int] = {}  # the number of words by position and slug
        for position, length, slug in self.matcher.matches([keys for _word, keys in text_words]):
            key = (position, slug)
            longest[key] = max(longest.get(key, 0), length)
        ordered = sorted(longest.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
        return [
            Mention(text_words[first][0].start, text_words[first + length - 1][0].end, slug)
            for (first, slug), length in ordered
        ]


def highlight_spans(
    text: str, spans: Iterable[tuple[int, int, *tuple[Any, ...]]], language: str
) -> SafeString:
    """Return a text of a language as safe HTML, with <mark> around each span of it.

    `spans` are tuples that begin with the start and end offset, as a Mention does, in order. A
    span that begins within an earlier one is left out.
    """
    html: list[str] = []
    last_end = 0
    for start, end, *_rest in spans:
        if start >= last_end:
            html += [
                isolated(text[last_end:start], language),
                "<mark>",
                isolated(text[start:end], language),
                "</mark>",
            ]
            last_end = end
    html.append(isolated(text[last_end:], language))
    # nosemgrep: text-declared-safe (isolated() escapes)
    return mark_safe("".join(html))  # noqa: S308  (isolated() escapes)
