"""Search through everything that is published: passages, terms, SDGs."""

from typing import NamedTuple

from bilingual.languages import Text, get_language, in_language, localized, others
from bilingual.languages import codes as language_codes
from library import codes
from library.mentions import Finder, analysed, mark
from library.models import Term
from library.passages import passages
from sdg_links.models import Sdg

LONGEST_QUERY = 200
MOST_WORDS = 12


class Hit(NamedTuple):
    """A place that a query was found in, with the text in the reader's language, if it can be."""

    code: str
    title: object
    text: object
    marked: str
    url: str


def find(query):
    """Return the Hits of all words of a query, in whatever form; titles and terms first.

    A query that is a code finds what stands under it. Three queries of the database.
    """
    query = query.replace("\x00", " ")[:LONGEST_QUERY]
    wanted = [readings for _, readings in analysed(query)][:MOST_WORDS]
    code = codes.from_address(query)
    if not wanted:
        return []
    finder = Finder({word: [query[word.start : word.end]] for word, _ in analysed(query)})
    titles, statements = [], []
    for passage in passages():
        if passage.code == code or matches(passage, ["text"], wanted):
            group = titles if passage.is_container or passage.code == code else statements
            group.append(hit(passage, passage.code, "title", "text", finder))
    terms = [
        hit(term, term.acronym, "term", "definition", finder)
        for term in Term.objects.all()
        if term.acronym.casefold() == query.strip().casefold()
        or matches(term, ["term", "forms"], wanted)
    ]
    sdgs = [
        hit(sdg, sdg.code, "name", "full_name", finder)
        for sdg in Sdg.objects.all()
        if sdg.code == code or matches(sdg, ["name", "full_name"], wanted)
    ]
    return [*titles, *sdgs, *terms, *statements]


def matches(record, fields, wanted):
    """Whether every word stands in the record's fields, in one language or the other."""
    for language in language_codes():
        text = "\n".join(in_language(record, field, language) for field in fields)
        there = {reading for _, readings in analysed(text) for reading in readings}
        if all(readings & there for readings in wanted):
            return True
    return False


def hit(record, code, title, text, finder):
    """Return the Hit, its text in a language where the query stands, the reader's first."""
    active = get_language()
    texts = [Text(in_language(record, text, code), code) for code in [active, *others(active)]]
    found = next(
        (found for found in texts if finder.mentions(found.value)), localized(record, text)
    )
    marked = mark(found.value, finder.mentions(found.value), found.language)
    return Hit(code, localized(record, title), found, marked, record.get_absolute_url())
