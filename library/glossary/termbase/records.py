"""The columns of a term in a termbase file, and their values."""

from dataclasses import dataclass

from languages import languages
from library.models import Term
from translations.exchange.records import portable_digest, portable_text

TRANSLATED_FIELDS = ("term", "definition", "forms")
DIGEST_COLUMN = "digest"


def column_names():
    """Return the names of a term's columns in their order, without that of the digest."""
    texts = [f"{name}_{code}" for name in TRANSLATED_FIELDS for code in languages.language_codes()]
    return ["slug", "kind", "acronym", *texts, "source_url", "document", "line"]


@dataclass
class TermRecord:
    """A term in a termbase file.

    `values` is {column: text}, `line` the line of the file where the term begins, `digest` that
    of the exported values ("" for a term that another program made), `fault` a sentence about an
    error in this record, "" where there is none.
    """

    values: dict
    line: int
    digest: str = ""
    fault: str = ""

    @property
    def slug(self):
        """The slug, by which records and stored terms are matched."""
        return self.values.get("slug", "")


def term_values(term):
    """Return {column: text} of a Term, normalised."""
    values = {name: str(getattr(term, name, None) or "") for name in column_names()}
    line = term.line
    place = {"document": line.document.slug, "line": str(line.number)} if line else {}
    return normalise_values(values | {"document": "", "line": ""} | place)


def normalise_values(values):
    """Return {column: text} without differences that do not count, such as outer white space."""
    return {name: normalise_value(name, portable_text(text)) for name, text in values.items()}


def normalise_value(name, text):
    """Return the text of one column, normalised: forms one on each line, acronyms with ", "."""
    if name.startswith("forms_"):
        return "\n".join(line.strip() for line in text.split("\n") if line.strip())
    if name == "acronym":
        return ", ".join(part.strip() for part in text.split(",") if part.strip())
    return text.strip()


def values_digest(values):
    """Return the digest of a term's values; it changes with every column."""
    return portable_digest("\n\n".join(f"{name}: {values[name]}" for name in column_names()))


def all_terms():
    """Return a queryset of all terms with the lines that they cite."""
    return Term.objects.select_related("line__document")
