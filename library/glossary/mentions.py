"""Find the glossary's terms in a text, in inflected forms too."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from languages.templatetags.languages import isolated
from search.analysis import Word, is_arabic, stem, strip_article, words

# Particles that Arabic writes together with the next word, and that a stem keeps.
PARTICLES = ("و", "ف", "ب", "ل", "ك", "ول", "وب", "فل")


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


def candidate_keys(normal: str) -> set[str]:
    """Return the match keys of a word of a text: with and, in Arabic, without its particle."""
    keys = {match_key(normal)}
    if is_arabic(normal):
        keys |= {
            match_key(normal.removeprefix(particle))
            for particle in PARTICLES
            if normal.startswith(particle) and len(normal) - len(particle) >= 3
        }
    return keys


@lru_cache(maxsize=8192)
def words_with_keys(text: str) -> list[tuple[Word, set[str]]]:
    """Return the words of a text, each with its candidate keys; cached, since texts recur."""
    return [(word, candidate_keys(word.normal)) for word in words(text)]


def bare_definite_name(normals: Sequence[str]) -> str:
    """Return a name without «ال» where it is one Arabic word that begins with it, else "".

    Such a name is mentioned only by a word with the article: الحوار is the Dialogue, but حوار is
    any dialogue, and المهمة is the mission, but المهم “what is important”.
    """
    if len(normals) != 1 or not is_arabic(normals[0]):
        return ""
    bare = strip_article(normals[0])
    return bare if bare != normals[0] else ""


class MentionFinder:
    """Finds the mentions of terms in texts of one language.

    `names` is {slug of a term: all its names in the language}.
    """

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        # By the first match key: (match keys of the name, slug, bare definite name).
        self.names_by_first_key: defaultdict[str, set[tuple[tuple[str, ...], str, str]]] = (
            defaultdict(set)
        )
        for slug, term_names in names.items():
            for name in term_names:
                normals = [word.normal for word in words(name)]
                keys = tuple(map(match_key, normals))
                if keys:
                    entry = (keys, slug, bare_definite_name(normals))
                    self.names_by_first_key[keys[0]].add(entry)

    def find(self, text: str) -> list[Mention]:
        """Return the mentions in a text, by their start.

        Where several names of one term begin at the same word, the longest counts.
        """
        mentions: list[Mention] = []
        text_words = words_with_keys(text)
        for position, (word, first_keys) in enumerate(text_words):
            longest: dict[str, int] = {}  # the number of words by slug
            for first_key in first_keys:
                for keys, slug, bare in self.names_by_first_key.get(first_key, ()):
                    window = text_words[position : position + len(keys)]
                    is_match = len(window) == len(keys) and all(
                        key in word_keys for key, (_, word_keys) in zip(keys, window, strict=True)
                    )
                    if is_match and (not bare or bare_definite_name([word.normal]) == bare):
                        longest[slug] = max(longest.get(slug, 0), len(keys))
            mentions += [
                Mention(word.start, text_words[position + length - 1][0].end, slug)
                for slug, length in longest.items()
            ]
        return mentions


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
