"""Suggestions while a query is typed: codes, titles and words that begin like it."""

from collections.abc import Callable, Collection, Iterable
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from search.engine import search
from search.entries import PUBLIC
from search.models import SearchEntry, SearchWord
from search.query import Query, parse_query
from search.vocabulary import KnownWord, base_form, read_words

MAX_SUGGESTIONS = 8
MAX_OF_A_KIND = 4
MIN_LENGTH = 2
LAST_LETTER = "\U0010ffff"  # sorts after every letter


class Suggestion(NamedTuple):
    """A completed query (`entry` is None), or the code of an entry to go to ("" if it has none)."""

    text: str
    entry: SearchEntry | None


def complete_word(
    prefix: str, limit: int, audiences: Collection[str] = (PUBLIC,)
) -> list[KnownWord]:
    """Return the commonest words that begin with a prefix, with or without its article.

    At most `limit` words of entries of these audiences are returned, the commonest first.
    """
    starts = {prefix, base_form(prefix)} if len(prefix) > MIN_LENGTH else {prefix}
    ranges = [Q(base__gte=start, base__lt=start + LAST_LETTER) for start in sorted(starts)]
    return read_words(SearchWord.objects.filter(reduce(or_, ranges)), audiences, limit)


def suggest(raw_query: str, is_suggested: Callable[[SearchEntry], bool]) -> list[Suggestion]:
    """Return at most MAX_SUGGESTIONS for the beginning of a query.

    Everybody gets those of public entries, since browsers keep them for a while. `is_suggested`
    says of an entry whether its title may be suggested.
    """
    query = parse_query(raw_query)
    if len(query.text) < MIN_LENGTH or not query.words:
        return []
    last = query.words[-1]
    ends_in_word = last.end == len(query.text) and not raw_query.endswith(" ")
    words = []
    if ends_in_word and not last.normal[0].isdigit():
        words = [row.display for row in complete_word(last.normal, MAX_OF_A_KIND)]
    queries = [query.text[: last.start] + word for word in words]
    entries = entries_by_code(query.text) or entries_by_title(
        [query.text, *queries[:2]], is_suggested
    )
    suggested = [
        Suggestion(entry.code, entry) for entry in entries[: MAX_SUGGESTIONS - len(queries)]
    ]
    return [*suggested, *(Suggestion(text, None) for text in queries if text != query.text)]


def entries_by_code(text: str) -> list[SearchEntry]:
    """Return the public entries whose code begins with a text, the shortest code first."""
    prefix = " ".join(text.upper().replace("-", " ").split())
    if not prefix.isascii() or not prefix[0].isalpha():
        return []
    rows = SearchEntry.objects.filter(
        code__gte=prefix, code__lt=prefix + LAST_LETTER, audience=PUBLIC
    )
    entries = [entry for entry in rows.order_by("pk")[:40] if entry.code.startswith(prefix)]
    return sorted(entries, key=lambda entry: (len(entry.code), entry.pk))[:MAX_OF_A_KIND]


def entries_by_title(
    queries: Iterable[str], is_suggested: Callable[[SearchEntry], bool]
) -> list[SearchEntry]:
    """Return the entries that have all words of one of the queries and may be suggested."""
    ranks: dict[int, int] = {}
    for query in queries:
        results = search(query)
        clause_count = len(results.expansion.clauses)
        for candidate in results.ranked[:20]:
            if len(candidate.clauses) == clause_count:
                ranks.setdefault(candidate.entry_id, len(ranks))
        if len(ranks) >= 20:
            break
    entry_by_id = SearchEntry.objects.in_bulk(list(ranks))
    entries = sorted(entry_by_id.values(), key=lambda entry: ranks[entry.pk])
    return [entry for entry in entries if is_suggested(entry)][:MAX_OF_A_KIND]


def nearest_words(query: Query, audiences: Collection[str]) -> list[str]:
    """Return spellings of words that begin like the words of a query without results.

    The longest of 5, 4 or 3 first letters that gives any word is used; at most MAX_SUGGESTIONS in
    all.
    """
    words: dict[str, None] = {}
    for word in query.words:
        for length in (5, 4, 3):
            prefix = base_form(word.normal)[:length]
            if len(prefix) == length:
                completions = complete_word(prefix, MAX_OF_A_KIND, audiences)
                words.update(dict.fromkeys(completion.display for completion in completions))
                if completions:
                    break
    return list(words)[:MAX_SUGGESTIONS]
