"""The columns of a term in a termbase file, and their values."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from languages import languages
from library.models import Term
from translations.exchange.records import portable_digest, portable_text

TRANSLATED_FIELDS = ("term", "definition", "forms")
DIGEST_COLUMN = "digest"


def column_names() -> list[str]:
    """Return the names of a term's columns in their order, without that of the digest."""
    texts = [f"{name}_{code}" for name in TRANSLATED_FIELDS for code in languages.language_codes()]
    return ["slug", "kind", "acronym", *texts, "source_url", "document", "line"]


@dataclass
class TermRecord:
    """A term in a termbase file.

    `values` has the texts by column, `line` is the line of the file where the term begins, `digest`
    that of the exported values ("" for a term that another program made), `fault` a sentence about
    an error in this record, "" where there is none.
    """

    values: dict[str, str]
    line: int
    digest: str = ""
    fault: str = ""

    @property
    def slug(self) -> str:
        """The slug, by which records and stored terms are matched."""
        return self.values.get("slug", "")


def term_values(term: Term) -> dict[str, str]:
    """Return the texts of a term by column, normalised."""
    values = {name: str(getattr(term, name, None) or "") for name in column_names()}
    line = term.line
    place = {"document": line.document.slug, "line": str(line.number)} if line else {}
    return normalise_values(values | {"document": "", "line": ""} | place)


def normalise_values(values: Mapping[str, str]) -> dict[str, str]:
    """Return texts by column without differences that do not count, such as outer white space."""
    return {name: normalise_value(name, portable_text(text)) for name, text in values.items()}


def normalise_value(name: str, text: str) -> str:
    """Return the text of one column, normalised: forms one on each line, acronyms with ", "."""
    if name.startswith("forms_"):
        return "\n".join(line.strip() for line in text.split("\n") if line.strip())
    if name == "acronym":
        return ", ".join(part.strip() for part in text.split(",") if part.strip())
    return text.strip()


def values_digest(values: Mapping[str, str]) -> str:
    """Return the digest of a term's values; it changes with every column."""
    return portable_digest("\n\n".join(f"{name}: {values[name]}" for name in column_names()))


def all_terms() -> QuerySet[Term]:
    """Return all terms with the lines that they cite."""
    return Term.objects.select_related("line__document")
