"""Made-up passages in Arabic and English, the same ones on every machine.

The frequencies of words follow Zipf's law. The commonest are real words of fixtures/, by their
frequency there; the others are made up of the parts of Arabic and English words.
"""

import json
from collections import Counter
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

from search.analysis import WORD_PATTERN, analyse, is_arabic, normalise, strip_article
from search.query import STOP_WORDS

SEED = 20_260
ZIPF_EXPONENT = 1.05
ARABIC_WORD_COUNT, ENGLISH_WORD_COUNT = 120_000, 33_000
TITLE_LENGTHS, BODY_LENGTHS = (3, 7), (15, 45)  # words: least and most

ROOT_LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
PATTERNS = ("123", "1ا23", "م12و3", "ت12ي3", "ا12ا3", "است12ا3", "م1ا23", "1و23", "1ي23ان", "12ي3")
PREFIXES = ("", "", "ال", "ال", "و", "وال", "ب", "بال", "لل", "ل")
SUFFIXES = ("", "", "", "ة", "ات", "ين", "ها", "ية", "ون", "هم")
ONSETS = ("b", "br", "c", "ch", "d", "f", "g", "h", "l", "m", "n", "p", "pr", "r", "s", "st", "t")
VOWELS, CODAS = ("a", "e", "i", "o", "u", "ea"), ("", "l", "n", "r", "s", "t", "nd")
ENGLISH_ENDINGS = ("", "", "s", "ed", "ing", "ation", "er", "ly", "al")


class Lexicon(NamedTuple):
    """The words of a language, the commonest first, with the cumulative sums of their weights."""

    words: list[str]
    cumulative_weights: list[float]

    def draw(self, random, count):
        """Return a list of random words, by their weights."""
        return random.choices(self.words, cum_weights=self.cumulative_weights, k=count)

    def commonest(self, count):
        """Return the commonest words that are not stop words."""
        significant = (word for word in self.words if normalise(word) not in STOP_WORDS)
        return [next(significant) for _ in range(count)]


class MadeUpPassage(NamedTuple):
    """A passage in two languages: for each, the words of the title and those of the text."""

    ar: tuple[list[str], list[str]]
    en: tuple[list[str], list[str]]

    def texts(self):
        """Return [title, text] by language."""
        return {
            language: [" ".join(part) for part in parts]
            for language, parts in self._asdict().items()
        }


def build_lexicons(folder):
    """Return the Lexicons of Arabic and English, from the content files of a folder."""
    counts = Counter()
    for path in sorted(Path(folder).rglob("*.*")):
        content = path.read_text(encoding="utf-8")
        texts = json_texts(json.loads(content)) if path.suffix == ".json" else [content]
        counts.update(match.group() for text in texts for match in WORD_PATTERN.finditer(text))
    words = [word for word, _count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    words = [word for word in words if len(analyse(word)) == 1 and not word[0].isdigit()]
    arabic = [word for word in words if is_arabic(normalise(word))]
    english = [word for word in words if word.isascii() and len(word) > 1 and word.isalpha()]
    randoms = Random(SEED), Random(SEED)  # noqa: S311 (nothing secret)
    return (
        build_lexicon(arabic, make_up_arabic(randoms[0], arabic), ARABIC_WORD_COUNT),
        build_lexicon(english, make_up_english(randoms[1]), ENGLISH_WORD_COUNT),
    )


def json_texts(value):
    """Yield the texts of a JSON value, without the keys of objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from json_texts(item)


def build_lexicon(real_words, made_up_words, word_count):
    """Return a Lexicon of `word_count` words: the real ones first, then made-up ones."""
    words = dict.fromkeys(real_words[:word_count])
    while len(words) < word_count:
        words.setdefault(next(made_up_words))
    weights = (rank**-ZIPF_EXPONENT for rank in range(1, word_count + 1))
    return Lexicon(list(words), list(accumulate(weights)))


def make_up_arabic(random, real_words):
    """Yield words of real and made-up roots, with particles and endings, without end."""
    bases = [strip_article(normalise(word)) for word in real_words if len(word) > 2]
    while True:
        base = random.choice(bases) if random.random() < 0.3 else make_root_word(random)
        yield random.choice(PREFIXES) + base + random.choice(SUFFIXES)


def make_root_word(random):
    """Return a word of three random root letters in a random pattern."""
    root = random.choices(ROOT_LETTERS, k=3)
    return "".join(
        root[int(character) - 1] if character.isdigit() else character
        for character in random.choice(PATTERNS)
    )


def make_up_english(random):
    """Yield words of one to three made-up syllables with an ending, without end."""
    while True:
        syllables = (
            random.choice(ONSETS) + random.choice(VOWELS) + random.choice(CODAS)
            for _ in range(random.choice((1, 2, 2, 3)))
        )
        yield "".join(syllables) + random.choice(ENGLISH_ENDINGS)


def make_passage(number, arabic, english):
    """Return the MadeUpPassage of a number, which is always the same."""
    random = Random(SEED * 1_000_000_000 + number)  # noqa: S311
    parts = [
        tuple(
            words.draw(random, random.randint(*lengths))
            for lengths in (TITLE_LENGTHS, BODY_LENGTHS)
        )
        for words in (arabic, english)
    ]
    return MadeUpPassage(*parts)
