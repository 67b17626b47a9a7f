"""The words of the index: which there are, how common they are, which are alike."""

import re
from collections import Counter
from functools import lru_cache

from django.db import connections, router, transaction

from search.analysis import (
    MAX_WORD_LENGTH,
    MIN_STEM_LENGTH,
    WORD,
    as_term,
    is_arabic,
    normalise,
    term,
    without_article,
    without_endings,
)
from search.models import DeletionKey, SearchTerm, SearchWord
from search.schema import frequencies, keys_there, new_rows

# Rows of SearchTerm that are no terms: how many entries there are, and how long they are.
ENTRIES, LENGTH = "0entries", "0length"
KEYED_LENGTHS = range(3, 21)
BATCH_SIZE = 2_000
# The ه of جهاز is a letter of its root; at the end of a stem it is what ة has become.
WEAK_LETTERS = re.compile("[اويء]|(?<=.)ه$")


# Plurals that share no skeleton with their singular, by the singular.
# fmt: off
IRREGULAR = {
    "امرأة": "نساء نسوة مرأة", "برنامج": "برامج", "وباء": "أوبئة", "شخص": "ناس", "عدو": "أعداء",
    "سيناريو": "سيناريوهات", "قانون": "قوانين", "مليون": "ملايين", "دليل": "أدلة", "مال": "أموال",
    "يد": "أيد أيادي", "ماء": "مياه", "باب": "أبواب", "داء": "أدواء", "هوية": "هويات",
    "ثغرة": "ثغرات", "منهاج": "مناهج", "مشروع": "مشاريع", "اسم": "أسماء", "ابن": "أبناء",
    "يوم": "أيام", "رأي": "آراء", "أخ": "إخوة", "رؤية": "رؤى", "قوة": "قوى", "فتوى": "فتاوى",
    "مبنى": "مبان مباني",
}
# fmt: on
SAME_SKELETON = {
    term(normalise(plural)): term(normalise(singular))
    for singular, plurals in IRREGULAR.items()
    for plural in plurals.split()
}
SINGULARS = frozenset(SAME_SKELETON.values())
# The letters of the root in أفعال and أفعاء, in آفال, in فعول: أنواع and أعضاء, آثار, أصول.
PLURALS = [re.compile(pattern) for pattern in ("ا(.)(.)ا(.?)", "(ا)(.)ا(.)", "(.)(.)و(.)")]


def skeleton(stemmed):
    """Return what an Arabic word shares with its broken plural: its letters but the weak ones.

    طفل and أطفال, سلاح and أسلحة, خبير and خبراء have the same.
    """
    if not is_arabic(stemmed):
        return ""
    stemmed = SAME_SKELETON.get(stemmed, stemmed)
    rest = WEAK_LETTERS.sub("", stemmed[1:])
    root = rest if stemmed[0] == "ا" else stemmed[0] + rest
    if len(root) >= MIN_STEM_LENGTH:
        return root
    # What little is left of امرأة would be that of أمر too, so it stands for itself and its plural.
    return stemmed if stemmed in SINGULARS else weak_root(stemmed)


def weak_root(stemmed):
    """Return the letters of a root of which one is weak, or the word where it is no such plural.

    نوع and أنواع, عام and أعوام, عضو and أعضاء, أصل and أصول have the same; أمن and من do not.
    """
    for plural in PLURALS:
        if match := plural.fullmatch(stemmed):
            letters = match.groups()
            break
    else:
        letters = tuple(stemmed)
    if len(letters) != MIN_STEM_LENGTH:
        return stemmed
    first, middle, last = letters
    return first + middle.replace("ا", "و") + ("ي" if last in {"", *"اويءه"} else last)


def deletion_keys(plain):
    """Return a word and all that is left of it when one letter is taken away."""
    if len(plain) not in KEYED_LENGTHS:
        return {plain}
    return {plain, *(plain[:place] + plain[place + 1 :] for place in range(len(plain)))}


@lru_cache(50_000)
def base(normal):
    """Return a word less its article."""
    return without_article(normal) if is_arabic(normal) else normal


def term_of_base(plain):
    """Return the term of a base, which may begin like an article: التزام, of الالتزام."""
    return as_term(without_endings(plain)) if is_arabic(plain) else term(plain)


def base_of(written):
    """Return the base of a word of WORD as it is written, or "" where it has no letters."""
    normal = normalise(written)
    return base(normal) if normal and not normal[0].isdigit() else ""


def add(names, written):
    """Add those of some terms, and of some words as they are written, that are not there yet.

    Rows are inserted in order, so that two writers never wait for each other crosswise.
    """
    displays = {}
    for word in written:
        displays.setdefault(base_of(word), word)
    displays.pop("", None)
    names, plains = missing(names, displays)
    insert_new(SearchTerm, [(name, shape(name), 1) for name in names])
    found = [(plain, term_of_base(plain), displays[plain][:80], 1) for plain in plains]
    insert_new(DeletionKey, keys_of(insert_new(SearchWord, found)))


def keys_of(names):
    """Return the pairs of a key and a word, of some words, in order."""
    return sorted((key, name) for name in names for key in deletion_keys(name))


def add_words(displays, counts=None):
    """Insert words with how they are written and, where it is known, in how many entries."""
    names = sorted(displays)
    for start in range(0, len(names), BATCH_SIZE):
        batch = names[start : start + BATCH_SIZE]
        rows = [
            SearchWord(
                base=name,
                term=term_of_base(name),
                display=displays[name][:80],
                frequency=counts[name] if counts else 1,
            )
            for name in batch
        ]
        insert(SearchWord, rows)
        insert_new(DeletionKey, keys_of(batch))


def term_row(name, frequency=1):
    return SearchTerm(term=name, skeleton=shape(name), frequency=frequency)


def shape(name):
    """Return what stands as the skeleton of a term in its row."""
    return skeleton(name)[:MAX_WORD_LENGTH] if is_arabic(name) else ""


def insert(model, rows):
    model.objects.bulk_create(rows, batch_size=BATCH_SIZE, ignore_conflicts=True)


def missing(names, plains):
    """Return, in order, which terms and which words are not there yet: mostly few or none."""
    connection = connections[router.db_for_write(SearchTerm)]
    wanted = [set(names), set(plains)]
    with connection.cursor() as cursor:
        given = dict(zip([SearchTerm, SearchWord], map(list, wanted), strict=True))
        cursor.execute(*keys_there(connection, given))
        for place, name in cursor.fetchall():
            wanted[place].discard(name)
    return map(sorted, wanted)


def insert_new(model, rows):
    """Insert rows, which may be many, past the ORM; return the first columns of those not there."""
    if not rows:
        return []
    connection = connections[router.db_for_write(model)]
    with connection.cursor() as cursor:
        cursor.execute(*new_rows(connection, model, rows))
        return [name for (name,) in cursor.fetchall()]


def look_up(*several):
    """Return how many entries have each of these terms, for those that any has."""
    names = sorted(set().union(*several))
    rows = SearchTerm.objects.filter(term__among=names)
    return dict(rows.values_list("term", "frequency"))


def refresh(entries, progress=iter):
    """Count all terms and words anew, and forget those that are gone.

    `entries` yields the terms and the texts of each row; `progress` wraps an iterator.
    """
    with transaction.atomic():
        counts, displays, number, length = counted(progress(entries))
        write_terms(connections[router.db_for_write(SearchTerm)], number, length)
        SearchWord.objects.all().remove()
        DeletionKey.objects.all().remove()
        add_words(displays, counts)


def counted(entries):
    """Return in how many entries each word is, how it is written, and their number and length."""
    counts, spellings, bases, number, length = Counter(), Counter(), {}, 0, 0
    for row, texts in entries:
        number += 1
        length += row.count(" ") + 1
        found = {match.group() for text in texts for match in WORD.finditer(text)}
        bases.update((written, base_of(written)) for written in found.difference(bases))
        spellings.update(found)
        counts.update({bases[written] for written in found} - {""})
    spelt = {}
    for written, count in spellings.items():
        spelt.setdefault(bases[written], {})[written] = count
    displays = {plain: display(plain, spelt[plain]) for plain in counts}
    return counts, displays, number, length // max(1, number)


def write_terms(connection, number, length):
    SearchTerm.objects.all().remove()
    rows = [term_row(ENTRIES, number), term_row(LENGTH, max(1, length))]
    for name, frequency in frequencies(connection):
        rows.append(term_row(name, frequency))
        if len(rows) >= BATCH_SIZE:
            insert(SearchTerm, rows)
            rows.clear()
    insert(SearchTerm, rows)


def display(plain, found):
    """Return the commonest spelling of a word, one without particles where there is one."""
    own = {plain, f"ال{plain}"}
    spelt = [name for name in found if normalise(name) in own] or list(found)
    return min(spelt, key=lambda name: (-found[name], name))
