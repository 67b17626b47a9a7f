"""Where the glossary's terms occur in a text, in whatever form they stand there."""

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from django.utils.safestring import mark_safe

from languages.templatetags.languages import isolated
from search.analysis import is_arabic, stem, without_article, words

# Particles that Arabic writes together with the next word, and that a stem keeps.
PARTICLES = ("و", "ف", "ب", "ل", "ك", "ول", "وب", "فل")


class Mention(NamedTuple):
    """An occurrence of a term, by its place in the original text and the term's slug."""

    start: int
    end: int
    term: str


def key(normal):
    """Return what the forms of one name share: a stem in Arabic, the singular in English.

    An English stem would take “enable” for a form of “enabler”.
    """
    if is_arabic(normal):
        return stem(normal)
    if normal.endswith("ies"):
        return normal[:-3] + "y"
    return normal.removesuffix("s") if not normal.endswith("ss") else normal


def readings(normal):
    """Return the keys that a word of a text may stand for."""
    found = {key(normal)}
    if is_arabic(normal):
        found |= {
            key(normal.removeprefix(particle))
            for particle in PARTICLES
            if normal.startswith(particle) and len(normal) - len(particle) >= 3
        }
    return found


@lru_cache(maxsize=8192)
def analysed(text):
    """Return the words of a text, each with its readings; remembered, since texts recur."""
    return [(word, readings(word.normal)) for word in words(text)]


def definite_name(normals):
    """Return the bare name where it is one Arabic word with «ال», else "".

    Such a name stands for itself alone: الحوار is the Dialogue, but حوار is any dialogue,
    and المهمة is the mission, but المهم what is important.
    """
    if len(normals) != 1 or not is_arabic(normals[0]):
        return ""
    bare = without_article(normals[0])
    return bare if bare != normals[0] else ""


class Finder:
    """Finds the mentions of terms in texts of one language.

    `names` gives, for the slug of each term, every name that stands for it.
    """

    def __init__(self, names):
        self.forms = defaultdict(set)
        for term, term_names in names.items():
            for name in term_names:
                normals = [word.normal for word in words(name)]
                keys = tuple(map(key, normals))
                if keys:
                    self.forms[keys[0]].add((keys, term, definite_name(normals)))

    def mentions(self, text):
        """Return the mentions in a text in order; of two of one term the longer one."""
        found = []
        text_words = analysed(text)
        for position, (word, candidates) in enumerate(text_words):
            longest = {}
            for first in candidates:
                for keys, term, bare in self.forms.get(first, ()):
                    place = text_words[position : position + len(keys)]
                    is_there = len(place) == len(keys) and all(
                        key in readings for key, (_, readings) in zip(keys, place, strict=True)
                    )
                    if is_there and (not bare or definite_name([word.normal]) == bare):
                        longest[term] = max(longest.get(term, 0), len(keys))
            found += [
                Mention(word.start, text_words[position + length - 1][0].end, term)
                for term, length in longest.items()
            ]
        return found


def mark(text, places, language):
    """Return a text of a language as HTML with what stands in some places of it marked.

    A place begins with its start and its end, as a Mention does.
    """
    html, last = [], 0
    for start, end, *_rest in places:
        if start >= last:
            html += [
                isolated(text[last:start], language),
                "<mark>",
                isolated(text[start:end], language),
                "</mark>",
            ]
            last = end
    html.append(isolated(text[last:], language))
    # nosemgrep: text-declared-safe (isolated() escapes)
    return mark_safe("".join(html))  # noqa: S308  (isolated() escapes)
