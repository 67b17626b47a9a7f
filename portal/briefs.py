"""Briefs: statements, whole pages, SDGs and SDG links that a reader has put together."""

from typing import NamedTuple

from languages.languages import in_language
from library import codes
from library.models import Line
from library.passages import passages
from sdg_links.models import Sdg, SdgLink

# More than anybody reads, and few enough to be shown at once.
MAX_ITEMS = 100


class BriefText(NamedTuple):
    """A text of a brief, with what it is cited by; `number` is that of its note."""

    number: int
    code: str
    permanent_address: str
    texts: dict
    line: object = None
    source_url: str = ""


class BriefItem(NamedTuple):
    """What a reader has put into a brief: a statement, a page, an SDG or a link, and its texts."""

    address: str
    kind: str
    record: object
    parts: list
    removed: str = ""
    moved_up: str = ""
    moved_down: str = ""


class Brief(NamedTuple):
    """Entries in the reader's order, what was asked for and is not there, and what was too much."""

    entries: list
    unknown: list
    left_off: int

    @property
    def parts(self):
        return [part for entry in self.entries for part in entry.parts]

    @property
    def addresses(self):
        return [entry.address for entry in self.entries]


def read_items(text):
    """Return the codes of a list such as GPG-1.3,SDG-16, each once and in order."""
    items = (codes.normalised(item) for item in text.split(","))
    return list(dict.fromkeys(item for item in items if item))


def make_brief(items, languages):
    """Return the Brief of the codes, with texts in the languages; five queries at most."""
    wanted = items[:MAX_ITEMS]
    all_passages = passages()
    found = {passage.code: passage for passage in all_passages}
    below = {}
    for passage in all_passages:
        below.setdefault(passage.container, []).append(passage)
    lines = Line.objects.select_related("document").in_bulk(
        {row.line for code in wanted if code in found for row in rows_of(found[code], below)}
    )
    sdgs = {sdg.code: sdg for sdg in Sdg.objects.all()}
    links = SdgLink.objects.published().select_related("goal", "sdg")
    links = {link.code.upper(): link for link in links}

    entries, unknown = [], []
    for code in wanted:
        number = sum(len(entry.parts) for entry in entries) + 1
        if passage := found.get(code):
            rows = rows_of(passage, below)
            parts = [
                passage_part(place, row, lines, languages) for place, row in enumerate(rows, number)
            ]
            kind = "container" if passage.is_container else "statement"
            entries.append(BriefItem(passage.anchor, kind, passage, parts))
        elif sdg := sdgs.get(code):
            entries.append(BriefItem(sdg.anchor, "sdg", sdg, [sdg_part(number, sdg, languages)]))
        elif link := links.get(code):
            entries.append(
                BriefItem(link.anchor, "link", link, [link_part(number, link, languages)])
            )
        else:
            unknown.append(code)
    return Brief(with_moves(entries), unknown, len(items) - len(wanted))


def with_moves(entries):
    """Return the entries with the items of the brief that is left, or made, by moving each."""
    addresses = [entry.address for entry in entries]

    def swapped(place):
        moved = addresses.copy()
        moved[place : place + 2] = reversed(moved[place : place + 2])
        return ",".join(moved)

    return [
        entry._replace(
            removed=",".join(addresses[:place] + addresses[place + 1 :]),
            moved_up=swapped(place - 1) if place else "",
            moved_down=swapped(place) if place + 1 < len(entries) else "",
        )
        for place, entry in enumerate(entries)
    ]


def rows_of(passage, below):
    return below[passage.code] if passage.is_container else [passage]


def texts_of(record, field, languages):
    return {language: in_language(record, field, language) for language in languages}


def passage_part(number, passage, lines, languages):
    return BriefText(
        number,
        passage.code,
        passage.permanent_address,
        texts_of(passage, "text", languages),
        line=lines.get(passage.line),
    )


def sdg_part(number, sdg, languages):
    return BriefText(
        number,
        sdg.code,
        sdg.permanent_address,
        texts_of(sdg, "full_name", languages),
        source_url=sdg.uri,
    )


def link_part(number, link, languages):
    return BriefText(
        number,
        link.code,
        link.permanent_address,
        texts_of(link, "reason", languages),
        source_url=link.source_url,
    )
