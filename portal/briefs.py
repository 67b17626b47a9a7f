"""Briefs: the statements, pages, SDGs and SDG links that a reader has chosen, with their texts."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from languages.languages import text_in_language
from library import codes
from library.models import Line
from library.passages import Passage, passages, passages_of_containers
from sdg_links.models import Sdg, SdgLink

MAX_ITEMS = 100  # so that a brief stays one page


class BriefText(NamedTuple):
    """A text of a brief with its source.

    `number` is the number of its note, from 1. `texts` has a text by language code. `line` is the
    Line that it cites; a text without one may have a `source_url`.
    """

    number: int
    code: str
    permanent_address: str
    texts: dict[str, str]
    line: Line | None = None
    source_url: str = ""


class BriefItem(NamedTuple):
    """One thing that a reader has put into a brief.

    `address` is its code as in addresses (GPG-1.3), `kind` is "container", "statement", "sdg" or
    "link". `removed`, `moved_up` and `moved_down` are the items of the brief after that change, as
    in `?items=`; "" if it is not possible.
    """

    address: str
    kind: str
    record: Passage | Sdg | SdgLink
    parts: list[BriefText]
    removed: str = ""
    moved_up: str = ""
    moved_down: str = ""


class Brief(NamedTuple):
    """The items of a brief in the reader's order.

    `unknown` are the codes that nothing has, `left_off` is the number of codes beyond MAX_ITEMS.
    """

    items: list[BriefItem]
    unknown: list[str]
    left_off: int

    @property
    def parts(self) -> list[BriefText]:
        """The texts of all items."""
        return [part for item in self.items for part in item.parts]

    @property
    def addresses(self) -> list[str]:
        """The codes of all items as in addresses."""
        return [item.address for item in self.items]


def read_items(text: str) -> list[str]:
    """Return the codes in a text such as "GPG-1.3,SDG-16", without repetitions."""
    item_codes = (codes.normalise_code(part) for part in text.split(","))
    return list(dict.fromkeys(code for code in item_codes if code))


def make_brief(item_codes: Sequence[str], languages: Sequence[str]) -> Brief:
    """Return the Brief of some codes, with texts in the languages.

    It takes at most six database queries.
    """
    wanted = item_codes[:MAX_ITEMS]
    passage_by_code = {passage.code: passage for passage in passages(code__among=wanted)}
    containers = [code for code, passage in passage_by_code.items() if passage.is_container]
    passages_by_container: dict[str, list[Passage]] = {}
    for row in passages_of_containers(containers) if containers else []:
        passages_by_container.setdefault(row.container, []).append(row)

    def item_passages(passage: Passage) -> list[Passage]:
        """Return a statement as a list, or a container's title with all its statements."""
        return passages_by_container[passage.code] if passage.is_container else [passage]

    line_ids = {
        passage.line
        for code in wanted
        if code in passage_by_code
        for passage in item_passages(passage_by_code[code])
    }
    lines = Line.objects.select_related("document").in_bulk(line_ids)
    sdgs = {sdg.code: sdg for sdg in Sdg.objects.all()}
    published_links = SdgLink.objects.published().select_related("goal", "sdg")
    links = {link.code.upper(): link for link in published_links}

    items: list[BriefItem] = []
    unknown: list[str] = []
    for code in wanted:
        first_number = sum(len(item.parts) for item in items) + 1
        if passage := passage_by_code.get(code):
            parts = [
                passage_text(number, statement, lines, languages)
                for number, statement in enumerate(item_passages(passage), first_number)
            ]
            kind = "container" if passage.is_container else "statement"
            items.append(BriefItem(passage.anchor, kind, passage, parts))
        elif sdg := sdgs.get(code):
            parts = [sdg_text(first_number, sdg, languages)]
            items.append(BriefItem(sdg.anchor, "sdg", sdg, parts))
        elif link := links.get(code):
            parts = [link_text(first_number, link, languages)]
            items.append(BriefItem(link.anchor, "link", link, parts))
        else:
            unknown.append(code)
    return Brief(add_moves(items), unknown, len(item_codes) - len(wanted))


def add_moves(items: Sequence[BriefItem]) -> list[BriefItem]:
    """Return the items with `removed`, `moved_up` and `moved_down`."""
    addresses = [item.address for item in items]

    def swapped(position: int) -> str:
        """Return the items with the one at a position and the next one exchanged."""
        moved = addresses.copy()
        moved[position : position + 2] = reversed(moved[position : position + 2])
        return ",".join(moved)

    return [
        item._replace(
            removed=",".join(addresses[:position] + addresses[position + 1 :]),
            moved_up=swapped(position - 1) if position else "",
            moved_down=swapped(position) if position + 1 < len(items) else "",
        )
        for position, item in enumerate(items)
    ]


def texts_by_language(record: object, field: str, languages: Sequence[str]) -> dict[str, str]:
    """Return the texts of a field by language code; "" where there is none."""
    return {language: text_in_language(record, field, language) for language in languages}


def passage_text(
    number: int, passage: Passage, lines: Mapping[int | None, Line], languages: Sequence[str]
) -> BriefText:
    """Return the BriefText of a title or statement; `lines` are Lines by primary key."""
    return BriefText(
        number,
        passage.code,
        passage.permanent_address,
        texts_by_language(passage, "text", languages),
        line=lines.get(passage.line),
    )


def sdg_text(number: int, sdg: Sdg, languages: Sequence[str]) -> BriefText:
    """Return the BriefText of an SDG."""
    return BriefText(
        number,
        sdg.code,
        sdg.permanent_address,
        texts_by_language(sdg, "full_name", languages),
        source_url=sdg.uri,
    )


def link_text(number: int, link: SdgLink, languages: Sequence[str]) -> BriefText:
    """Return the BriefText of an SDG link: its reason."""
    return BriefText(
        number,
        link.code,
        link.permanent_address,
        texts_by_language(link, "reason", languages),
        source_url=link.source_url,
    )
