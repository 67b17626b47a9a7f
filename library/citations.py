"""Citations of titles and statements: in words, and in the formats of reference managers."""

import json
import re
from typing import NamedTuple

from django.apps import apps
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from languages.languages import codes as language_codes
from languages.languages import in_language
from library.fingerprints import fingerprint
from library.passages import passages

BIBTEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "&%$#_{}"},
    }
)


class CitedText(NamedTuple):
    """A published title or statement: its row, its record with sources, its texts by language.

    The text of a container is its title and all its statements.
    """

    passage: object
    record: object
    texts: dict

    def fingerprint(self, language):
        return fingerprint(self.texts[language], language)


def find_quoted(code):
    """Return what stands under a code as CitedText, or None where nothing published does."""
    rows = [passage for passage in passages() if code in (passage.code, passage.container)]
    passage = next((passage for passage in rows if passage.code == code), None)
    if passage is None:
        return None
    record = apps.get_model(passage.model).objects.select_related("line__document").get(code=code)
    quoted = rows if passage.is_container else [passage]
    texts = {
        language: "\n".join(filter(None, (in_language(row, "text", language) for row in quoted)))
        for language in language_codes()
    }
    return CitedText(passage, record, texts)


class Citation:
    """How something quoted is cited in one language.

    `site` is the scheme and host that its permanent address begins with, `accessed` the
    date (of today where none is given) on which it was read.
    """

    def __init__(self, quoted, language, site, accessed=None):
        record = quoted.record
        self.language, self.code = language, record.code
        self.title = in_language(quoted.passage, "title", language) or record.code
        self.document = record.source_document
        self.line = record.line.number if record.line else None
        self.source_url = getattr(record, "source_url", "")
        self.fingerprint = quoted.fingerprint(language)
        self.address = f"{site}{record.permanent_address}?fp={self.fingerprint}"
        self.accessed = accessed or timezone.localdate()

    @property
    def name(self):
        """The name of files that hold the citation, without ending."""
        return f"{self.code.replace(' ', '-')}.{self.language}"

    @property
    def source(self):
        """The document, in words, and what the portal's text is to it."""
        if not self.document:
            return self.source_url
        with translation.override(self.language):
            parts = {
                "document": in_language(self.document, "title", self.language),
                "dating": in_language(self.document, "dating", self.language),
                "line": self.line,
            }
            if self.line:
                return _("“%(document)s” (%(dating)s), line %(line)s") % parts
            return _("“%(document)s” (%(dating)s)") % parts

    @property
    def in_words(self):
        with translation.override(self.language):
            parts = {
                "source": self.source,
                "code": self.code,
                "title": self.title,
                "portal": self.portal,
                "address": self.address,
                "date": date_format(self.accessed),
            }
            sentence = _(
                "INTERPOL, %(source)s; %(code)s, “%(title)s”, in: %(portal)s, "
                "%(address)s (accessed on %(date)s)."
            )
            return f"{sentence % parts} {self.remark}".strip()

    @property
    def author(self):
        with translation.override(self.language):
            return _("INTERPOL")

    @property
    def portal(self):
        with translation.override(self.language):
            return _("Global Policing Goals: a knowledge base")

    @property
    def remark(self):
        if self.document and self.language != self.document.language:
            with translation.override(self.language):
                return _("Unofficial translation by the portal.")
        return ""

    @property
    def note(self):
        """What reference managers have no field for."""
        line = [f"line {self.line}"] if self.line else []
        parts = [self.code, *line, f"fingerprint {self.fingerprint}", self.remark.rstrip(".")]
        return "; ".join(filter(None, parts))

    @property
    def issued(self):
        """Year, month and day of the document, as many of them as are known."""
        parts = self.document.issued.split("-") if self.document else []
        return [int(part) for part in parts if part]

    @property
    def bibtex(self):
        year, month = [*self.issued, None, None][:2]
        fields = {
            "author": f"{{{self.author}}}",
            "title": escaped(f"{self.code}: {self.title}"),
            "booktitle": escaped(self.document_title),
            "year": year,
            "month": month,
            "url": self.address,
            "urldate": self.accessed.isoformat(),
            "langid": get_language_info(self.language)["name"].lower(),
            "note": escaped(self.note),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{self.name},", ",\n".join(lines), "}", ""])

    @property
    def ris(self):
        year, month, day = [*self.issued, None, None, None][:3]
        date = "/".join([str(year), *(f"{part:02}" if part else "" for part in (month, day)), ""])
        fields = [
            ("TY", "ELEC"),
            ("ID", self.name),
            ("AU", self.author),
            ("TI", f"{self.code}: {self.title}"),
            ("T2", self.document_title),
            ("PY", year),
            ("DA", date if year else ""),
            ("SP", self.line),
            ("LA", self.language),
            ("UR", self.address),
            ("Y2", self.accessed.strftime("%Y/%m/%d/")),
            ("N1", self.note),
        ]
        lines = [f"{tag}  - {value}" for tag, value in fields if value]
        return "\r\n".join([*lines, "ER  - ", ""])

    @property
    def csl_json(self):
        item = {
            "id": self.name,
            "type": "webpage",
            "author": [{"literal": self.author}],
            "title": f"{self.code}: {self.title}",
            "container-title": self.document_title,
            "issued": {"date-parts": [self.issued]} if self.issued else None,
            "accessed": {
                "date-parts": [[self.accessed.year, self.accessed.month, self.accessed.day]]
            },
            "language": self.language,
            "URL": self.address,
            "note": self.note,
        }
        item = {name: value for name, value in item.items() if value}
        return json.dumps([item], ensure_ascii=False, indent=2) + "\n"

    @property
    def document_title(self):
        if self.document:
            return in_language(self.document, "title", self.language)
        return self.portal


def escaped(text):
    """Return a text as BibTeX takes it."""
    return re.sub(r"\s+", " ", text).translate(BIBTEX_ESCAPES)
