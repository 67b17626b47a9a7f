"""What somebody may be about to type: codes, titles and words that begin as theirs do."""

from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from search.engine import search
from search.entries import PUBLIC
from search.models import SearchEntry, SearchWord
from search.query import read
from search.vocabulary import base

MAX_SUGGESTIONS = 8
MAX_OF_A_KIND = 4
MIN_LENGTH = 2
LAST_LETTER = "\U0010ffff"


class Suggestion(NamedTuple):
    """A completed query (`entry` is None), or an entry to go to."""

    text: str
    entry: SearchEntry | None


def completions(beginning, limit):
    """Return the commonest words that begin like this one, as they are written."""
    begins = {beginning, base(beginning)} if len(beginning) > MIN_LENGTH else {beginning}
    ranges = [Q(base__gte=begin, base__lt=begin + LAST_LETTER) for begin in sorted(begins)]
    rows = SearchWord.objects.filter(reduce(or_, ranges))
    return list(rows.order_by("-frequency", "base")[:limit])


def suggest(typed, is_suggested):
    """Return at most MAX_SUGGESTIONS Suggestions for the beginning of a query.

    `is_suggested` says of an entry whether it may be suggested by its title.
    """
    query = read(typed)
    if len(query.text) < MIN_LENGTH or not query.words:
        return []
    last = query.words[-1]
    ends_in_word = last.end == len(query.text) and not typed.endswith(" ")
    words = []
    if ends_in_word and not last.normal[0].isdigit():
        words = [row.display for row in completions(last.normal, MAX_OF_A_KIND)]
    queries = [query.text[: last.start] + word for word in words]
    entries = coded(query.text) or titled([query.text, *queries[:2]], is_suggested)
    found = [Suggestion(entry.code, entry) for entry in entries[: MAX_SUGGESTIONS - len(queries)]]
    return [*found, *(Suggestion(text, None) for text in queries if text != query.text)]


def coded(text):
    """Return the entries whose code begins like a text, the shortest first."""
    begin = " ".join(text.upper().replace("-", " ").split())
    if not begin.isascii() or not begin[0].isalpha():
        return []
    rows = SearchEntry.objects.filter(
        code__gte=begin, code__lt=begin + LAST_LETTER, audience=PUBLIC
    )
    rows = [row for row in rows.order_by("pk")[:40] if row.code.startswith(begin)]
    return sorted(rows, key=lambda row: (len(row.code), row.pk))[:MAX_OF_A_KIND]


def titled(queries, is_suggested):
    """Return the entries whose own titles have all words of one of the queries."""
    found = {}
    for text in queries:
        results = search(text)
        whole = len(results.expansion.clauses)
        for ranked in results.ranked[:20]:
            if len(ranked.clauses) == whole:
                found.setdefault(ranked.entry_id, len(found))
        if len(found) >= 20:
            break
    rows = SearchEntry.objects.in_bulk(list(found))
    rows = sorted(rows.values(), key=lambda row: found[row.pk])
    return [row for row in rows if is_suggested(row)][:MAX_OF_A_KIND]


def nearest_words(query):
    """Return words of the index that begin as the words of a query do that found nothing."""
    found = {}
    for word in query.words:
        for length in (5, 4, 3):
            begin = base(word.normal)[:length]
            if len(begin) == length and (rows := completions(begin, MAX_OF_A_KIND)):
                found.update(dict.fromkeys(row.display for row in rows))
                break
    return list(found)[:MAX_SUGGESTIONS]
