"""A term as files have it: a text for each column."""

from dataclasses import dataclass

from languages import languages
from library.models import Term
from translations.exchange.records import carried, digest

TRANSLATED = ("term", "definition", "forms")
DIGEST = "digest"


def columns():
    """Return the names of what a file has about a term, in their order."""
    texts = [f"{name}_{code}" for name in TRANSLATED for code in languages.codes()]
    return ["slug", "kind", "acronym", *texts, "source_url", "document", "line"]


@dataclass
class TermRecord:
    """A term as a file has it, and the line where it begins; `digest` is of what was exported."""

    values: dict
    line: int
    digest: str = ""
    fault: str = ""

    @property
    def slug(self):
        return self.values.get("slug", "")


def values_of(term):
    """Return the texts of a term's columns."""
    found = {name: str(getattr(term, name, None) or "") for name in columns()}
    line = term.line
    place = {"document": line.document.slug, "line": str(line.number)} if line else {}
    return tidy(found | {"document": "", "line": ""} | place)


def tidy(values):
    """Return texts in the one way that they are compared in."""
    return {name: tidied(name, carried(text)) for name, text in values.items()}


def tidied(name, text):
    if name.startswith("forms_"):
        return "\n".join(line.strip() for line in text.split("\n") if line.strip())
    if name == "acronym":
        return ", ".join(part.strip() for part in text.split(",") if part.strip())
    return text.strip()


def digest_of(values):
    """Return what tells whether a term has changed since a file was made."""
    return digest("\n\n".join(f"{name}: {values[name]}" for name in columns()))


def all_terms():
    return Term.objects.select_related("line__document")
