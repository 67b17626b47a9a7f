"""The message catalogues in locale/: reading them, checking translations, extracting messages.

A message is a text of the interface. Its key is its context, or None, and its English text, in
the singular where it has two forms.
"""

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po
from django.conf import settings
from django.utils.translation.template import templatize

LOCALE = settings.BASE_DIR / "locale"
# The functions that mark messages, as Babel's extract() takes them.
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]")
TAG = re.compile(r"</?[a-z][^>]*>")
# A valid line of a .po file: a comment, or a quoted text after its keyword. Babel skips an invalid
# line or reads it as something else.
PO_LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?) )?"([^"\\]|\\.)*")?')
# Tatweel, characters that set the direction, and Arabic-Indic digits.
UNWANTED_CHARACTER = re.compile("[\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069٠-٩]")
LATIN_PUNCTUATION = re.compile("[\u0621-\u064a][,;?]")

type MessageText = str | list[str] | tuple[str, ...]  # of one form or of several, as Babel has it
type MessageKey = tuple[str | None, str]
type Occurrence = tuple[Path, int]  # a file, from the folder of the project on, and a line in it


class CatalogueProblem(NamedTuple):
    """A problem of one message of a catalogue, or of the whole file (line 0, no text)."""

    file: Path
    line: int
    text: str
    sentence: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return (
            f"{place}: “{self.text}” {self.sentence}" if self.text else f"{place}: {self.sentence}"
        )


def plural_forms(value: MessageText) -> list[str]:
    """Return a text of Babel's Message (`id` or `string`) as a list of one form or of several."""
    return list(value) if isinstance(value, list | tuple) else [value]


def catalogue_language(file: Path) -> str:
    """Return the language code of a file such as locale/ar/LC_MESSAGES/django.po."""
    return file.parent.parent.name


def catalogue_files(folders: Iterable[Path]) -> list[Path]:
    """Return the paths of all .po files in the locale folders, sorted."""
    return sorted(chain.from_iterable(folder.glob("*/LC_MESSAGES/*.po") for folder in folders))


def read_catalogue(file: Path) -> Catalog:
    """Return a .po file as Babel's Catalog. Raises ValueError if the file is not valid."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not PO_LINE.fullmatch(line.strip()):
            raise ValueError(f"is no valid .po file, as line {number} shows: {line.strip()}")
    try:
        with file.open("rb") as content:
            return read_po(content, locale=catalogue_language(file), abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"is no valid .po file: {error}") from error


def messages(catalogue: Catalog) -> list[Message]:
    """Return the messages of a catalogue without its header."""
    return [message for message in catalogue if message.id]


def catalogue_problems(file: Path) -> Iterator[CatalogueProblem]:
    """Yield a CatalogueProblem for each problem of a .po file and its translations."""
    try:
        catalogue = read_catalogue(file)
    except (ValueError, OSError) as error:
        yield CatalogueProblem(file, 0, "", str(error))
        return
    required_forms = get_plural(catalogue_language(file))[0]
    if catalogue.num_plurals < required_forms:
        sentence = (
            f"has {catalogue.num_plurals} plural forms; this language needs {required_forms}."
        )
        yield CatalogueProblem(file, 0, "", sentence)
    for message in messages(catalogue):
        for sentence in dict.fromkeys(message_problems(message, catalogue_language(file))):
            text = plural_forms(message.id)[0]
            yield CatalogueProblem(file, message.lineno or 0, text, sentence)


def message_problems(message: Message, language: str) -> Iterator[str]:
    """Yield a sentence for each problem of one translation."""
    forms = plural_forms(message.string or "")
    if not all(forms):
        empty = [str(number) for number, form in enumerate(forms) if not form]
        of_forms = f", in the forms {', '.join(empty)}" if message.pluralizable else ""
        yield f"is not translated{of_forms}."
    if message.fuzzy:
        yield "is marked as doubtful (fuzzy): check it, then remove the mark."
    for form in filter(None, forms):
        yield from placeholder_problems(message, form)
        if language == "ar":
            yield from arabic_problems(form)


def placeholder_problems(message: Message, form: str) -> Iterator[str]:
    """Yield a sentence for placeholders or tags that differ in one form of a translation."""
    expected = set(chain.from_iterable(map(PLACEHOLDER.findall, plural_forms(message.id))))
    present = set(PLACEHOLDER.findall(form))
    # «هدف واحد» and «هدفان» say the count in a word.
    if missing := set() if message.pluralizable else expected - present:
        yield f"has lost {' '.join(sorted(missing))} in its translation."
    if added := present - expected:
        yield f"has {' '.join(sorted(added))} in its translation, which the portal does not know."
    tags = [Counter(TAG.findall(text)) for text in plural_forms(message.id)]
    if Counter(TAG.findall(form)) not in tags and not message.pluralizable:
        yield "has other tags in its translation than in the English."


def arabic_problems(form: str) -> Iterator[str]:
    """Yield a sentence for characters that the portal's Arabic does not use."""
    if match := UNWANTED_CHARACTER.search(form):
        yield f"has U+{ord(match[0]):04X} in its translation: no tatweel, direction marks or ٠–٩."
    if LATIN_PUNCTUATION.search(form):
        yield "has a Latin comma, semicolon or question mark after an Arabic word."


def extraction_problems(file: Path) -> Iterator[CatalogueProblem]:
    """Yield a CatalogueProblem for each message that the code has and the file lacks, or reversed.

    Only django.po is compared: djangojs.po has the messages of scripts.
    """
    if file.name != "django.po":
        return
    translated = {message_key(message) for message in messages(read_catalogue(file))}
    used = set(extract_messages())
    for _context, text in sorted(used - translated, key=str):
        yield CatalogueProblem(file, 0, text, "is not in the file: run make messages.")
    for _context, text in sorted(translated - used, key=str):
        yield CatalogueProblem(file, 0, text, "is used no longer: run make messages.")


def message_key(message: Message) -> MessageKey:
    """Return the key of Babel's Message: (context, text)."""
    return message.context, plural_forms(message.id)[0]


def extract_messages() -> dict[MessageKey, list[Occurrence]]:
    """Return the occurrences of each message in code and templates."""
    occurrences: defaultdict[MessageKey, list[Occurrence]] = defaultdict(list)
    for path in translatable_files():
        code = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # As makemessages does: the template becomes Python with everything else blanked out.
            code = "\n".join(line.strip() for line in templatize(code).splitlines())
        calls = extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS)
        for line, message, _comments, context in calls:
            key = context, plural_forms(message)[0]
            occurrences[key].append((path.relative_to(settings.BASE_DIR), line))
    return occurrences


def translatable_files() -> Iterator[Path]:
    """Yield the paths of the Python files of the portal's apps, and of all templates."""
    apps = [app for app in settings.INSTALLED_APPS if (settings.BASE_DIR / app).is_dir()]
    yield from chain.from_iterable(sorted((settings.BASE_DIR / app).rglob("*.py")) for app in apps)
    yield from sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    yield from sorted((settings.BASE_DIR / "templates").rglob("*.txt"))
