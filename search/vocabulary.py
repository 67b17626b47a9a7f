"""The vocabulary of the index: its terms and words, their frequencies, skeletons and spellings."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

from django.db import connections, models, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from search.analysis import (
    MAX_WORD_LENGTH,
    MIN_STEM_LENGTH,
    WORD_PATTERN,
    encode_stem,
    is_arabic,
    normalise,
    strip_article,
    strip_endings,
    to_term,
)
from search.models import DeletionKey, SearchTerm, SearchWord
from search.schema import (
    Row,
    document_frequencies,
    existing_keys_statement,
    insert_missing_statement,
)

# The terms of an entry as one text, and its texts.
type EntryTexts = tuple[str, list[str]]
# Gives the same items again, and shows the progress.
type Progress[Item] = Callable[[Iterable[Item]], Iterable[Item]]

# Rows of SearchTerm that are not terms: the number of entries, and their mean number of terms.
ENTRY_COUNT, MEAN_LENGTH = "0entries", "0length"
KEYED_LENGTHS = range(3, 21)  # letters of words that have deletion keys
BATCH_SIZE = 2_000
# The ه of جهاز is a root letter; at the end of a stem, ه is a folded ة.
WEAK_LETTERS = re.compile("[اويء]|(?<=.)ه$")


# Broken plurals whose letters give another skeleton than their singular, by the singular.
# fmt: off
IRREGULAR_PLURALS: dict[str, str] = {
    "امرأة": "نساء نسوة مرأة", "برنامج": "برامج", "وباء": "أوبئة", "شخص": "ناس", "عدو": "أعداء",
    "سيناريو": "سيناريوهات", "قانون": "قوانين", "مليون": "ملايين", "دليل": "أدلة", "مال": "أموال",
    "يد": "أيد أيادي", "ماء": "مياه", "باب": "أبواب", "داء": "أدواء", "هوية": "هويات",
    "ثغرة": "ثغرات", "منهاج": "مناهج", "مشروع": "مشاريع", "اسم": "أسماء", "ابن": "أبناء",
    "يوم": "أيام", "رأي": "آراء", "أخ": "إخوة", "رؤية": "رؤى", "قوة": "قوى", "فتوى": "فتاوى",
    "مبنى": "مبان مباني",
}
# fmt: on
SINGULAR_BY_PLURAL: dict[str, str] = {
    to_term(normalise(plural)): to_term(normalise(singular))
    for singular, plurals in IRREGULAR_PLURALS.items()
    for plural in plurals.split()
}
SINGULARS: frozenset[str] = frozenset(SINGULAR_BY_PLURAL.values())
# The patterns أفعال and أفعاء (أنواع, أعضاء), آفال (آثار) and فعول (أصول); groups are root letters.
WEAK_PLURALS: list[re.Pattern[str]] = [
    re.compile(pattern) for pattern in ("ا(.)(.)ا(.?)", "(ا)(.)ا(.)", "(.)(.)و(.)")
]


def skeleton(stem: str) -> str:
    """Return the skeleton of an Arabic stem, its strong letters; "" for another script.

    A word and its broken plural have the same: طفل and أطفال, سلاح and أسلحة, خبير and خبراء.
    """
    if not is_arabic(stem):
        return ""
    stem = SINGULAR_BY_PLURAL.get(stem, stem)
    strong_letters = WEAK_LETTERS.sub("", stem[1:])
    root = strong_letters if stem[0] == "ا" else stem[0] + strong_letters
    if len(root) >= MIN_STEM_LENGTH:
        return root
    # امرأة would have the same skeleton as أمر, so such a singular is a skeleton of its own.
    return stem if stem in SINGULARS else weak_root(stem)


def weak_root(stem: str) -> str:
    """Return the root letters of a stem with a weak one; a stem of another pattern stays as it is.

    نوع and أنواع, عام and أعوام, عضو and أعضاء, أصل and أصول have the same; أمن and من do not.
    """
    for plural in WEAK_PLURALS:
        if match := plural.fullmatch(stem):
            letters = match.groups()
            break
    else:
        letters = tuple(stem)
    if len(letters) != MIN_STEM_LENGTH:
        return stem
    first, middle, last = letters
    return first + middle.replace("ا", "و") + ("ي" if last in {"", *"اويءه"} else last)


def deletion_keys(base: str) -> set[str]:
    """Return a word and its forms without one letter (see search/spelling.py).

    A word whose length is not in KEYED_LENGTHS has only itself.
    """
    if len(base) not in KEYED_LENGTHS:
        return {base}
    return {base, *(base[:position] + base[position + 1 :] for position in range(len(base)))}


@lru_cache(50_000)
def base_form(normal: str) -> str:
    """Return a normal form without its article: the `base` of a SearchWord."""
    return strip_article(normal) if is_arabic(normal) else normal


def base_to_term(base: str) -> str:
    """Return the term of a base.

    A base may begin with letters that look like an article, such as التزام from الالتزام; they
    stay.
    """
    return encode_stem(strip_endings(base)) if is_arabic(base) else to_term(base)


def word_to_base(word: str) -> str:
    """Return the base of one match of WORD_PATTERN, "" if it has no letters."""
    normal = normalise(word)
    return base_form(normal) if normal and not normal[0].isdigit() else ""


def add_missing(terms: Iterable[str], words: Iterable[str]) -> None:
    """Insert the terms, and the words as they are written, that the vocabulary does not have yet.

    Rows are inserted in sorted order, so that two transactions never wait for each other
    (deadlock).
    """
    display_by_base: dict[str, str] = {}
    for word in words:
        display_by_base.setdefault(word_to_base(word), word)
    display_by_base.pop("", None)
    new_terms, new_bases = find_missing(terms, display_by_base)
    insert_new(SearchTerm, [(term, stored_skeleton(term), 1) for term in new_terms])
    word_rows = [(base, base_to_term(base), display_by_base[base][:80], 1) for base in new_bases]
    insert_new(DeletionKey, deletion_key_rows(insert_new(SearchWord, word_rows)))


def deletion_key_rows(bases: Iterable[str]) -> list[tuple[str, str]]:
    """Return the sorted (key, base) pairs of some bases."""
    return sorted((key, base) for base in bases for key in deletion_keys(base))


def insert_words(
    display_by_base: Mapping[str, str], frequencies: Mapping[str, int] | None = None
) -> None:
    """Insert words and their deletion keys.

    `display_by_base` maps each base to a spelling, `frequencies` to the number of entries that have
    it (1 where it is not given).
    """
    bases = sorted(display_by_base)
    for start in range(0, len(bases), BATCH_SIZE):
        batch = bases[start : start + BATCH_SIZE]
        rows = [
            SearchWord(
                base=base,
                term=base_to_term(base),
                display=display_by_base[base][:80],
                frequency=frequencies[base] if frequencies else 1,
            )
            for base in batch
        ]
        insert_ignoring_conflicts(SearchWord, rows)
        insert_new(DeletionKey, deletion_key_rows(batch))


def term_row(term: str, frequency: int = 1) -> SearchTerm:
    """Return an unsaved SearchTerm."""
    return SearchTerm(term=term, skeleton=stored_skeleton(term), frequency=frequency)


def stored_skeleton(term: str) -> str:
    """Return the skeleton of a term as its row has it, at most MAX_WORD_LENGTH letters."""
    return skeleton(term)[:MAX_WORD_LENGTH] if is_arabic(term) else ""


def insert_ignoring_conflicts[M: (SearchTerm, SearchWord)](
    model: type[M], rows: Iterable[M]
) -> None:
    """Insert rows in batches; rows whose key exists are left as they are."""
    model.objects.bulk_create(rows, batch_size=BATCH_SIZE, ignore_conflicts=True)


def find_missing(terms: Iterable[str], bases: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the terms and the bases that have no row yet, both sorted, by one statement."""
    connection = connections[router.db_for_write(SearchTerm)]
    missing = [set(terms), set(bases)]
    with connection.cursor() as cursor:
        keys_by_model: dict[type[models.Model], list[str]] = {
            SearchTerm: list(missing[0]),
            SearchWord: list(missing[1]),
        }
        cursor.execute(*existing_keys_statement(connection, keys_by_model))
        for position, key in cursor.fetchall():
            missing[position].discard(key)
    return sorted(missing[0]), sorted(missing[1])


def insert_new(model: type[models.Model], rows: Sequence[Row]) -> list[str]:
    """Insert the rows whose key does not exist, without the ORM; return the first columns of these.

    Rows may be many.
    """
    if not rows:
        return []
    connection = connections[router.db_for_write(model)]
    with connection.cursor() as cursor:
        cursor.execute(*insert_missing_statement(connection, model, rows))
        return [key for (key,) in cursor.fetchall()]


def read_frequencies(*term_sets: Iterable[str]) -> dict[str, int]:
    """Return the number of entries by term, for those of the terms that the index has."""
    terms = sorted(set().union(*term_sets))
    rows = SearchTerm.objects.filter(term__among=terms)
    return dict(rows.values_list("term", "frequency"))


def rebuild_vocabulary(
    entries: Iterable[EntryTexts], progress: Progress[EntryTexts] = iter
) -> None:
    """Replace all terms, words and deletion keys by those of the entries."""
    with transaction.atomic():
        frequencies, display_by_base, entry_count, mean_length = count_words(progress(entries))
        write_terms(connections[router.db_for_write(SearchTerm)], entry_count, mean_length)
        SearchWord.objects.all().remove()
        DeletionKey.objects.all().remove()
        insert_words(display_by_base, frequencies)


def count_words(entries: Iterable[EntryTexts]) -> tuple[Counter[str], dict[str, str], int, int]:
    """Return the frequencies and spellings of all words, the number of entries and their length.

    The frequencies are numbers of entries by base, the spellings map each base to its commonest
    one, and the length is the mean number of terms.
    """
    frequencies: Counter[str] = Counter()
    spelling_counts: Counter[str] = Counter()
    base_by_word: dict[str, str] = {}
    entry_count = term_count = 0
    for terms, texts in entries:
        entry_count += 1
        term_count += terms.count(" ") + 1
        words = {match.group() for text in texts for match in WORD_PATTERN.finditer(text)}
        base_by_word.update((word, word_to_base(word)) for word in words.difference(base_by_word))
        spelling_counts.update(words)
        frequencies.update({base_by_word[word] for word in words} - {""})
    counts_by_base: dict[str, dict[str, int]] = {}
    for word, count in spelling_counts.items():
        counts_by_base.setdefault(base_by_word[word], {})[word] = count
    display_by_base = {base: commonest_spelling(base, counts_by_base[base]) for base in frequencies}
    return frequencies, display_by_base, entry_count, term_count // max(1, entry_count)


def write_terms(connection: BaseDatabaseWrapper, entry_count: int, mean_length: int) -> None:
    """Replace all rows of SearchTerm by the terms of the full-text index and the two totals."""
    SearchTerm.objects.all().remove()
    rows = [term_row(ENTRY_COUNT, entry_count), term_row(MEAN_LENGTH, max(1, mean_length))]
    for term, frequency in document_frequencies(connection):
        rows.append(term_row(term, frequency))
        if len(rows) >= BATCH_SIZE:
            insert_ignoring_conflicts(SearchTerm, rows)
            rows.clear()
    insert_ignoring_conflicts(SearchTerm, rows)


def commonest_spelling(base: str, counts: Mapping[str, int]) -> str:
    """Return the commonest spelling of a base; one without particles if there is any.

    `counts` maps each spelling to the number of entries that have it.
    """
    bare_forms = {base, f"ال{base}"}
    spellings = [spelling for spelling in counts if normalise(spelling) in bare_forms] or list(
        counts
    )
    return min(spellings, key=lambda spelling: (-counts[spelling], spelling))
