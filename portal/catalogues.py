"""The catalogues of locale/: which texts the interface has, what is wrong with translations."""

import io
import re
from collections import Counter, defaultdict
from itertools import chain
from typing import NamedTuple

from babel.messages.extract import extract
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po
from django.conf import settings
from django.utils.translation.template import templatize

LOCALE = settings.BASE_DIR / "locale"
FUNCTIONS = {
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
# A comment, or a text in quotes after its keyword. Babel alone would read less, or something else.
LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[\d\])?) )?"([^"\\]|\\.)*")?')
# Tatweel, characters that set the direction, and Arabic-Indic digits.
UNWANTED = re.compile("[\u0640\u200e\u200f\u202a-\u202e\u2066-\u2069٠-٩]")
LATIN_PUNCTUATION = re.compile("[\u0621-\u064a][,;?]")


class Fault(NamedTuple):
    """What is wrong with an entry of a file, in a sentence; line 0 is the file as a whole."""

    file: object
    line: int
    text: str
    sentence: str

    def __str__(self):
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return (
            f"{place}: “{self.text}” {self.sentence}" if self.text else f"{place}: {self.sentence}"
        )


def variants(value):
    return list(value) if isinstance(value, list | tuple) else [value]


def language_of(file):
    """Return the language of a file such as locale/ar/LC_MESSAGES/django.po."""
    return file.parent.parent.name


def files_of(folders):
    return sorted(chain.from_iterable(folder.glob("*/LC_MESSAGES/*.po") for folder in folders))


def read(file):
    """Return a file as a catalogue of Babel. Raises ValueError where it is none."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not LINE.fullmatch(line.strip()):
            raise ValueError(f"is no valid .po file, as line {number} shows: {line.strip()}")
    try:
        with file.open("rb") as content:
            return read_po(content, locale=language_of(file), abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"is no valid .po file: {error}") from error


def texts(catalogue):
    return [message for message in catalogue if message.id]


def faults(file):
    """Yield what is wrong with the translations of a file."""
    try:
        catalogue = read(file)
    except (ValueError, OSError) as error:
        yield Fault(file, 0, "", str(error))
        return
    forms = get_plural(language_of(file))[0]
    if catalogue.num_plurals < forms:
        sentence = f"has {catalogue.num_plurals} plural forms; this language needs {forms}."
        yield Fault(file, 0, "", sentence)
    for message in texts(catalogue):
        for sentence in dict.fromkeys(faults_of(message, language_of(file))):
            yield Fault(file, message.lineno or 0, variants(message.id)[0], sentence)


def faults_of(message, language):
    """Yield what is wrong with one translation."""
    forms = variants(message.string)
    if not all(forms):
        empty = [str(place) for place, form in enumerate(forms) if not form]
        of_forms = f", in the forms {', '.join(empty)}" if message.pluralizable else ""
        yield f"is not translated{of_forms}."
    if message.fuzzy:
        yield "is marked as doubtful (fuzzy): check it, then remove the mark."
    for form in filter(None, forms):
        yield from lost(message, form)
        if language == "ar":
            yield from unlike_arabic(form)


def lost(message, form):
    """Yield which placeholders and tags a translation has lost or added."""
    wanted = set(chain.from_iterable(map(PLACEHOLDER.findall, variants(message.id))))
    found = set(PLACEHOLDER.findall(form))
    # «هدف واحد» and «هدفان» say the count in a word.
    if missing := set() if message.pluralizable else wanted - found:
        yield f"has lost {' '.join(sorted(missing))} in its translation."
    if added := found - wanted:
        yield f"has {' '.join(sorted(added))} in its translation, which the portal does not know."
    tags = [Counter(TAG.findall(text)) for text in variants(message.id)]
    if Counter(TAG.findall(form)) not in tags and not message.pluralizable:
        yield "has other tags in its translation than in the English."


def unlike_arabic(form):
    if match := UNWANTED.search(form):
        yield f"has U+{ord(match[0]):04X} in its translation: no tatweel, direction marks or ٠–٩."
    if LATIN_PUNCTUATION.search(form):
        yield "has a Latin comma, semicolon or question mark after an Arabic word."


def out_of_date(file):
    """Yield which texts of code and templates a file lacks, and which of its own are not used."""
    if file.name != "django.po":
        return
    known, used = {key_of(message) for message in texts(read(file))}, set(extracted())
    for _context, text in sorted(used - known, key=str):
        yield Fault(file, 0, text, "is not in the file: run make messages.")
    for _context, text in sorted(known - used, key=str):
        yield Fault(file, 0, text, "is used no longer: run make messages.")


def key_of(message):
    return message.context, variants(message.id)[0]


def extracted():
    """Return the places of each text of code and templates, (file, line), by context and text."""
    found = defaultdict(list)
    for path in sources():
        code = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Django's own way: the template as Python, all but its texts blanked out.
            code = "\n".join(line.strip() for line in templatize(code).splitlines())
        rows = extract("python", io.BytesIO(code.encode()), keywords=FUNCTIONS)
        for line, message, _comments, context in rows:
            # With a context, Babel gives the texts after it.
            found[context, variants(message)[0]].append((path.relative_to(settings.BASE_DIR), line))
    return found


def sources():
    """Return the files of the rooms and their templates."""
    rooms = [app for app in settings.INSTALLED_APPS if (settings.BASE_DIR / app).is_dir()]
    yield from chain.from_iterable(
        sorted((settings.BASE_DIR / room).rglob("*.py")) for room in rooms
    )
    yield from sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    yield from sorted((settings.BASE_DIR / "templates").rglob("*.txt"))
