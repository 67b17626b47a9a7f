"""Made-up passages in Arabic and English: the same ones on every machine, as many as wanted.

Words come by Zipf's law: real ones of fixtures/ first, by how common they are there, then
made-up ones of Arabic and English build.
"""

import json
from collections import Counter
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

from search.analysis import WORD, is_arabic, normalise, terms, without_article
from search.query import STOP_WORDS

SEED = 20_260
EXPONENT = 1.05
ARABIC_WORDS, ENGLISH_WORDS = 120_000, 33_000
TITLE_WORDS, BODY_WORDS = (3, 7), (15, 45)

ROOT_LETTERS = "بتثجحخدذرزسشصضطظعغفقكلمنهوي"
PATTERNS = ("123", "1ا23", "م12و3", "ت12ي3", "ا12ا3", "است12ا3", "م1ا23", "1و23", "1ي23ان", "12ي3")
PREFIXES = ("", "", "ال", "ال", "و", "وال", "ب", "بال", "لل", "ل")
SUFFIXES = ("", "", "", "ة", "ات", "ين", "ها", "ية", "ون", "هم")
ONSETS = ("b", "br", "c", "ch", "d", "f", "g", "h", "l", "m", "n", "p", "pr", "r", "s", "st", "t")
VOWELS, CODAS = ("a", "e", "i", "o", "u", "ea"), ("", "l", "n", "r", "s", "t", "nd")
ENGLISH_ENDINGS = ("", "", "s", "ed", "ing", "ation", "er", "ly", "al")


class Lexicon(NamedTuple):
    """Words, the commonest first, and the sums of their weights up to each."""

    words: list
    sums: list

    def draw(self, random, number):
        return random.choices(self.words, cum_weights=self.sums, k=number)

    def commonest(self, number):
        """Return the commonest words that a query would not drop."""
        telling = (word for word in self.words if normalise(word) not in STOP_WORDS)
        return [next(telling) for _ in range(number)]


class MadeUpPassage(NamedTuple):
    """The words of a passage: two languages, each with those of the title and of the text."""

    ar: tuple
    en: tuple

    def texts(self):
        return {
            language: [" ".join(part) for part in parts]
            for language, parts in self._asdict().items()
        }


def lexicons(folder):
    """Return the Lexicons of Arabic and English."""
    real = Counter()
    for path in sorted(Path(folder).rglob("*.*")):
        written = path.read_text(encoding="utf-8")
        texts = strings(json.loads(written)) if path.suffix == ".json" else [written]
        real.update(match.group() for text in texts for match in WORD.finditer(text))
    known = [word for word, _count in sorted(real.items(), key=lambda item: (-item[1], item[0]))]
    known = [word for word in known if len(terms(word)) == 1 and not word[0].isdigit()]
    arabic = [word for word in known if is_arabic(normalise(word))]
    english = [word for word in known if word.isascii() and len(word) > 1 and word.isalpha()]
    randoms = Random(SEED), Random(SEED)  # noqa: S311 (nothing secret)
    return (
        lexicon(arabic, made_up_arabic(randoms[0], arabic), ARABIC_WORDS),
        lexicon(english, made_up_english(randoms[1]), ENGLISH_WORDS),
    )


def strings(value):
    """Yield the texts in a JSON value, without the keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from strings(part)


def lexicon(real, made_up, number):
    words = dict.fromkeys(real[:number])
    while len(words) < number:
        words.setdefault(next(made_up))
    weights = (rank**-EXPONENT for rank in range(1, number + 1))
    return Lexicon(list(words), list(accumulate(weights)))


def made_up_arabic(random, real):
    """Yield words of real and of made-up roots, with particles and endings."""
    bases = [without_article(normalise(word)) for word in real if len(word) > 2]
    while True:
        base = random.choice(bases) if random.random() < 0.3 else root_word(random)
        yield random.choice(PREFIXES) + base + random.choice(SUFFIXES)


def root_word(random):
    root = random.choices(ROOT_LETTERS, k=3)
    return "".join(
        root[int(sign) - 1] if sign.isdigit() else sign for sign in random.choice(PATTERNS)
    )


def made_up_english(random):
    while True:
        syllables = (
            random.choice(ONSETS) + random.choice(VOWELS) + random.choice(CODAS)
            for _ in range(random.choice((1, 2, 2, 3)))
        )
        yield "".join(syllables) + random.choice(ENGLISH_ENDINGS)


def passage(number, arabic, english):
    """Return the MadeUpPassage with this number, which is always the same."""
    random = Random(SEED * 1_000_000_000 + number)  # noqa: S311
    parts = [
        tuple(words.draw(random, random.randint(*length)) for length in (TITLE_WORDS, BODY_WORDS))
        for words in (arabic, english)
    ]
    return MadeUpPassage(*parts)
