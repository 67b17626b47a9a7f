"""Counts the lists of a DOCX file: the numbers and bullets that Word shows and does not store.

numbering.xml has abstract numberings with up to nine levels, and numberings that use one of them,
perhaps with other starts. Paragraphs name a numbering and a level, or their style does.
"""

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ingest.readers.number_formats import guess_number, write_custom, write_number

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
PLACE = re.compile(r"%([1-9])")
# Bullets in the fonts Symbol and Wingdings, by the last byte of their code, U+F0xx.
SYMBOLS = {
    0xA7: "▪", 0xA8: "□", 0xB7: "•", 0x6E: "■", 0x6F: "□", 0x71: "□", 0x76: "◆", 0x75: "◆",
    0x6C: "●", 0x9F: "•", 0xD8: "➢", 0xFC: "✓", 0xFE: "☑", 0x2D: "-", 0xE0: "→", 0xDF: "←",
}  # fmt: skip
MAX_LEVELS = 9
MAX_STYLES = 20  # that are based on each other


class Level(NamedTuple):
    """A level of a list: its format and text (“%1.%2)”), where it starts, what follows it.

    `restart` is the level (from 1 on) after which it starts again; 0 is never, None any before it.
    """

    start: int
    number_format: str
    text: str
    suffix: str
    restart: int | None
    is_legal: bool


def value(element: Element | None, path: str, default: str = "") -> str:
    """Return the attribute w:val of a descendant, or the default."""
    found = None if element is None else element.find(path)
    return default if found is None else found.get(f"{W}val", default)


def number(text: str, default: int = 0) -> int:
    """Return a whole number of a file, or the default."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else default


def read_level(element: Element) -> Level:
    """Return a level from its w:lvl."""
    number_format = value(element, f"{W}numFmt", "decimal")
    custom = element.find(f"{MC}AlternateContent/{MC}Choice/{W}numFmt")
    own = element.find(f"{W}numFmt") if custom is None else custom
    if own is not None and own.get(f"{W}val") == "custom":
        number_format = f"custom {own.get(f'{W}format', '')}"
    restart = value(element, f"{W}lvlRestart")
    return Level(
        start=number(value(element, f"{W}start", "0")),
        number_format=number_format,
        text=value(element, f"{W}lvlText"),
        suffix=value(element, f"{W}suff", "tab"),
        restart=number(restart) if restart else None,
        is_legal=element.find(f"{W}isLgl") is not None
        and value(element, f"{W}isLgl", "1") not in ("0", "false"),
    )


def read_levels(element: Element) -> dict[int, Level]:
    """Return the levels of an element, by their number from 0 on."""
    return {
        number(level.get(f"{W}ilvl", "0")): read_level(level) for level in element.iter(f"{W}lvl")
    }


class Numbering:
    """The lists of a file; `mark()` is asked for its paragraphs in their order.

    `uncertain` has the names of the formats whose look in Word is not known for certain.
    """

    def __init__(self, root: Element | None, styles: dict[str, Element]) -> None:
        self.styles = styles
        self.abstract: dict[str, Element] = {}
        self.numberings: dict[str, Element] = {}
        for element in [] if root is None else root:
            if element.tag == f"{W}abstractNum":
                self.abstract[element.get(f"{W}abstractNumId", "")] = element
            elif element.tag == f"{W}num":
                self.numberings[element.get(f"{W}numId", "")] = element
        self.levels: dict[str, dict[int, Level]] = {}
        # By abstract numbering, which several numberings may continue: level → the last number.
        self.counts: dict[str, dict[int, int]] = {}
        self.started: set[tuple[str, int]] = set()
        self.uncertain: set[str] = set()

    def mark(self, numbering: str, level: int, is_arabic: bool) -> str:
        """Count a paragraph and return what Word shows before it, with the space after it."""
        if numbering not in self.numberings or not 0 <= level < MAX_LEVELS:
            return ""
        levels = self.levels_of(numbering)
        shown = levels.get(level)
        if shown is None:
            return ""
        if shown.number_format == "bullet":
            return with_suffix(bullet(shown.text), shown.suffix)
        counts = self.count(numbering, level, levels)
        text = PLACE.sub(
            lambda match: self.write(int(match[1]) - 1, counts, levels, shown, is_arabic),
            shown.text,
        )
        return with_suffix(text, shown.suffix)

    def count(self, numbering: str, level: int, levels: dict[int, Level]) -> dict[int, int]:
        """Count a paragraph of a level, and return the last number of each level."""
        counts = self.counts.setdefault(self.abstract_id(numbering), {})
        overridden = self.start_override(numbering, level)
        if overridden is not None and (numbering, level) not in self.started:
            counts[level] = overridden
        else:
            counts[level] = counts.get(level, levels[level].start - 1) + 1
        self.started.add((numbering, level))
        for deeper in [deeper for deeper in counts if deeper > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or level < restart:
                del counts[deeper]
        return counts

    def write(
        self,
        level: int,
        counts: dict[int, int],
        levels: dict[int, Level],
        shown: Level,
        is_arabic: bool,
    ) -> str:
        """Return the number of a level as it is written in the text of the shown level."""
        if level not in levels:
            return ""
        count = counts.get(level, levels[level].start)
        number_format = "decimal" if shown.is_legal else levels[level].number_format
        if number_format.startswith("custom "):
            text = write_custom(count, number_format.removeprefix("custom "))
        else:
            text = write_number(count, number_format, is_arabic)
        if text is None:
            self.uncertain.add(number_format)
            return guess_number(count, number_format, is_arabic)
        return text

    def abstract_id(self, numbering: str) -> str:
        """Return the abstract numbering that a numbering uses."""
        return value(self.numberings[numbering], f"{W}abstractNumId")

    def start_override(self, numbering: str, level: int) -> int | None:
        """Return the start that a numbering has instead of its abstract numbering's, if any."""
        for override in self.numberings[numbering].iter(f"{W}lvlOverride"):
            start = value(override, f"{W}startOverride")
            if override.get(f"{W}ilvl") == str(level) and start:
                return number(start)
        return None

    def levels_of(self, numbering: str) -> dict[int, Level]:
        """Return the levels of a numbering: those of its abstract numbering and its own."""
        if numbering not in self.levels:
            abstract = self.abstract.get(self.abstract_id(numbering))
            linked = value(abstract, f"{W}numStyleLink")
            if abstract is not None and linked:
                abstract = next(
                    (
                        other
                        for other in self.abstract.values()
                        if value(other, f"{W}styleLink") == linked
                    ),
                    abstract,
                )
            levels = {} if abstract is None else read_levels(abstract)
            self.levels[numbering] = levels | read_levels(self.numberings[numbering])
        return self.levels[numbering]

    def of_paragraph(self, properties: Element | None) -> tuple[str, int] | None:
        """Return the numbering and level of a paragraph, its own or that of its style, or None."""
        element, style = properties, value(properties, f"{W}pStyle") or self.default_style()
        numbering, level = "", ""
        for _step in range(MAX_STYLES):
            found = None if element is None else element.find(f"{W}numPr")
            numbering = numbering or value(found, f"{W}numId")
            level = level or value(found, f"{W}ilvl")
            if numbering or style not in self.styles:
                break
            element = self.styles[style].find(f"{W}pPr")
            if not level and element is not None and element.find(f"{W}numPr") is not None:
                level = self.level_of_style(style, value(element, f"{W}numPr/{W}numId"))
            style = value(self.styles[style], f"{W}basedOn")
        return (numbering, number(level)) if numbering and numbering != "0" else None

    def level_of_style(self, style: str, numbering: str) -> str:
        """Return the level of a numbering that is bound to a style (w:pStyle), or nothing."""
        if numbering not in self.numberings:
            return ""
        abstract = self.abstract.get(self.abstract_id(numbering))
        for level in [] if abstract is None else abstract.iter(f"{W}lvl"):
            if value(level, f"{W}pStyle") == style:
                return level.get(f"{W}ilvl", "")
        return ""

    def default_style(self) -> str:
        """Return the name of the style of paragraphs that name none."""
        return next(
            (
                name
                for name, style in self.styles.items()
                if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") == "1"
            ),
            "",
        )


def bullet(text: str) -> str:
    """Return a bullet as it is drawn; those of Symbol and Wingdings have codes of their own."""
    return "".join(
        SYMBOLS.get(ord(sign) & 0xFF, "•") if 0xF000 <= ord(sign) <= 0xF0FF else sign
        for sign in text
    )


def with_suffix(text: str, suffix: str) -> str:
    """Return a number or bullet with the space between it and the text."""
    return text if suffix == "nothing" or not text else f"{text} "
