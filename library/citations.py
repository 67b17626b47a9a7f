"""Citations of titles and statements: as a sentence, BibTeX, RIS and CSL-JSON."""

import json
import re
from datetime import date
from typing import NamedTuple, cast

from django.apps import apps
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from languages.languages import language_codes, text_in_language
from library.editions import standing
from library.fingerprints import fingerprint
from library.models import Cited
from library.passages import Passage, passages, passages_of_containers

BIBTEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "&%$#_{}"},
    }
)


class CitedText(NamedTuple):
    """A published title or statement: its Passage, its record, its text by language.

    The text of a container is its title and all its statements, one on each line.
    """

    passage: Passage
    record: Cited
    texts: dict[str, str]

    def fingerprint(self, language: str) -> str:
        """Return the fingerprint of the text in a language, "" where there is none."""
        return fingerprint(self.texts[language], language)


def find_cited_text(code: str) -> CitedText | None:
    """Return the CitedText with a code, or None where no published record has this code."""
    passage = next(iter(passages(code=code)), None)
    if passage is None:
        return None
    model = cast(type[Cited], apps.get_model(passage.model))
    record = model.objects.select_related("line__document").get(code=code)
    parts = passages_of_containers([code]) if passage.is_container else [passage]
    texts = {
        language: "\n".join(
            filter(None, (text_in_language(part, "text", language) for part in parts))
        )
        for language in language_codes()
    }
    return CitedText(passage, record, texts)


class Citation:
    """The citation of a CitedText in one language.

    `origin` is the scheme and host of the permanent address (https://portal.example),
    `accessed` the date on which the text was read, today where none is given.
    """

    def __init__(
        self, cited_text: CitedText, language: str, origin: str, accessed: date | None = None
    ) -> None:
        record = cited_text.record
        self.language, self.code = language, record.code
        self.title = text_in_language(cited_text.passage, "title", language) or record.code
        self.document = record.source_document
        self.line = record.line.number if record.line else None
        self.source_url = getattr(record, "source_url", "")
        self.fingerprint = cited_text.fingerprint(language)
        self.address = f"{origin}{record.permanent_address}?fp={self.fingerprint}"
        self.accessed = accessed or timezone.localdate()

    @property
    def citation_key(self) -> str:
        """The key of the citation, such as GPG-1.3.en; its files have it as their name."""
        return f"{self.code.replace(' ', '-')}.{self.language}"

    @property
    def source(self) -> str:
        """The document with its date and line number; without a document, the public address."""
        if not self.document:
            return self.source_url
        with translation.override(self.language):
            values = {
                "document": text_in_language(self.document, "title", self.language),
                "dating": text_in_language(self.document, "dating", self.language),
                "line": self.line,
            }
            if self.line:
                return _("“%(document)s” (%(dating)s), line %(line)s") % values
            return _("“%(document)s” (%(dating)s)") % values

    @property
    def in_words(self) -> str:
        """The citation as a sentence in its language, for a footnote."""
        with translation.override(self.language):
            values = {
                "source": self.source,
                "code": self.code,
                "title": self.title,
                "portal": self.portal_title,
                "address": self.address,
                "date": date_format(self.accessed),
            }
            sentence = _(
                "INTERPOL, %(source)s; %(code)s, “%(title)s”, in: %(portal)s, "
                "%(address)s (accessed on %(date)s)."
            )
            return " ".join(filter(None, [sentence % values, self.standing, self.remark]))

    @property
    def author(self) -> str:
        """The author of all documents, in the language of the citation."""
        with translation.override(self.language):
            return _("INTERPOL")

    @property
    def portal_title(self) -> str:
        """The title of the portal in the language of the citation."""
        with translation.override(self.language):
            return _("Global Policing Goals: a knowledge base")

    @property
    def remark(self) -> str:
        """A sentence that marks a translation by the portal; "" for the document's language."""
        if self.document and self.language != self.document.language:
            with translation.override(self.language):
                return _("Unofficial translation by the portal.")
        return ""

    @property
    def standing(self) -> str:
        """A sentence that says what superseded a text of an older edition, else ""."""
        with translation.override(self.language):
            found = standing(self.code)
            return found.sentence if found else ""

    @property
    def note(self) -> str:
        """Code, line, fingerprint, later edition and remark: there are no fields for them."""
        line = [f"line {self.line}"] if self.line else []
        remarks = [self.standing.rstrip("."), self.remark.rstrip(".")]
        parts = [self.code, *line, f"fingerprint {self.fingerprint}", *remarks]
        return "; ".join(filter(None, parts))

    @property
    def issued(self) -> list[int]:
        """[year, month, day] of the document, shorter where its date is less precise."""
        parts = self.document.issued.split("-") if self.document else []
        return [int(part) for part in parts if part]

    @property
    def bibtex(self) -> str:
        """The citation as a BibTeX entry of the type @misc."""
        year, month = [*self.issued, None, None][:2]
        fields = {
            "author": f"{{{self.author}}}",
            "title": escape_bibtex(f"{self.code}: {self.title}"),
            "booktitle": escape_bibtex(self.document_title),
            "year": year,
            "month": month,
            "url": self.address,
            "urldate": self.accessed.isoformat(),
            "langid": get_language_info(self.language)["name"].lower(),
            "note": escape_bibtex(self.note),
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return "\n".join([f"@misc{{{self.citation_key},", ",\n".join(lines), "}", ""])

    @property
    def ris(self) -> str:
        """The citation as an RIS record of the type ELEC, with CRLF after each line."""
        year, month, day = [*self.issued, None, None, None][:3]
        date = "/".join([str(year), *(f"{part:02}" if part else "" for part in (month, day)), ""])
        fields = [
            ("TY", "ELEC"),
            ("ID", self.citation_key),
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
    def csl_json(self) -> str:
        """The citation as CSL-JSON: a list with one item of the type webpage."""
        item = {
            "id": self.citation_key,
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
    def document_title(self) -> str:
        """The title of the document in the citation's language; without one, the portal's."""
        if self.document:
            return text_in_language(self.document, "title", self.language)
        return self.portal_title


def escape_bibtex(text: str) -> str:
    """Return a text on one line, with the special characters of BibTeX escaped."""
    return re.sub(r"\s+", " ", text).translate(BIBTEX_ESCAPES)
