"""How the documents, what quotes them and the glossary are found."""

from django.db.models import QuerySet

from history.content_version import remembered
from languages.languages import codes as language_codes
from languages.languages import in_language
from library.codes import to_address
from library.models import Article, Correction, Document, Line, Note, Paragraph, Term
from search.entries import IndexEntry, SearchIndex
from search.indexing import register
from search.prepared_query import RowsByKey
from search.synonyms import register_concepts

# What the portal says itself counts for less than what the documents say.
EDITORIAL = 0.6


def both(record, title, text=""):
    """Return a title and a text of a record in each language; each may be several fields."""
    return {
        code: [joined(record, title, code), joined(record, text, code)] for code in language_codes()
    }


def joined(record, fields, language):
    return "\n".join(
        text for field in fields.split() if (text := in_language(record, field, language))
    )


class CitedIndex(SearchIndex):
    """Titles and statements; `section` is the part of the portal that they stand in.

    `details` names what of a title's record is searched besides, `document` leads to where the
    words come from. Rows of columns are read, which takes less time than records.
    """

    def __init__(self, model, section, follows=(), details="", document="line__document"):
        super().__init__(model)
        self.section = section
        self.document = document
        self.container = model.container_field
        self.texts = ["text"] if self.container else details.split()
        self.titled = (
            model._meta.get_field(self.container).related_model if self.container else model
        )
        self.title = f"{self.container}__" if self.container else ""
        self.some = RowsByKey(self.model, self.records)
        self.follows = dict(follows)
        if self.container:
            self.follows[self.titled._meta.label_lower] = self.container

    def columns(self):
        """Return the columns that entry() reads."""
        own = ["pk", "code", "line__number", f"{self.document}__slug", f"{self.document}__number"]
        titled = dict.fromkeys(["pk", "code", "is_published", self.titled.key_field])
        texts = [f"{self.title}title", *self.texts]
        return dict.fromkeys(
            [
                *own,
                *(f"{self.title}{name}" for name in titled),
                *(f"{text}_{code}" for text in texts for code in language_codes()),
            ]
        )

    def expressions(self):
        """Return what entry() reads besides columns, by its name."""
        return {}

    def records(self):
        # Past the manager of django-modeltranslation, which takes as long as the query.
        expressions = self.expressions()
        query = QuerySet(self.model).annotate(**expressions)
        return query.values_list(*self.columns(), *expressions, named=True)

    def entry(self, row):
        def titled(name):
            return getattr(row, self.title + name)

        def text(name, language):
            return getattr(row, f"{name}_{language}") or ""

        texts = {
            code: [
                "\n".join([text(f"{self.title}title", code), *self.headings(row, code)]),
                "\n".join(filter(None, (text(name, code) for name in self.texts))),
            ]
            for code in language_codes()
        }
        number = getattr(row, f"{self.document}__number")
        place = {
            "page": self.titled.page,
            "key": str(titled(self.titled.key_field)),
            "anchor": to_address(row.code) if self.container else "",
            "form": [self.titled._meta.label_lower, titled("pk")],
            "document": getattr(row, f"{self.document}__slug") or "",
            "line": row.line__number,
        }
        facets = {
            "section": [self.section],
            "document": [] if number is None else [str(number)],
            **self.facets(row),
        }
        return IndexEntry(
            row.pk,
            row.code,
            bool(titled("is_published")),
            texts,
            place,
            facets,
            is_titled=not self.container,
            above=(titled("code"),) if self.container else (),
        )

    def headings(self, row, language):
        """Return the texts that a statement stands under, besides its container's title."""
        return []

    def facets(self, row):
        """Return what else a row is filtered by."""
        return {}


class NestedIndex(CitedIndex):
    """Statements that may stand under others, by whose words they are found too."""

    def __init__(self, model, section):
        super().__init__(model, section, {model._meta.label_lower: "parent"})

    def columns(self):
        return [
            *super().columns(),
            *(f"parent__text_{code}" for code in language_codes()),
            "parent",
        ]

    def headings(self, row, language):
        return [getattr(row, f"parent__text_{language}") or ""] if row.parent else []


class DocumentIndex(SearchIndex):
    weight = EDITORIAL

    def entry(self, document):
        place = {"page": "library:document", "key": document.slug, "anchor": "", "line": None}
        facets = {"section": ["library"], "document": [str(document.number)]}
        texts = both(document, "title", "short_title dating")
        return IndexEntry(document.pk, "", True, texts, place, facets)


class TermIndex(SearchIndex):
    weight = EDITORIAL

    def entry(self, term):
        texts = both(term, "term", "definition")
        for language, parts in texts.items():
            names = [name.strip() for name in term.names(language)]
            parts[0] = "\n".join(dict.fromkeys(filter(None, [parts[0], *names])))
        place = {"page": "glossary:detail", "key": term.slug, "anchor": "", "line": None}
        return IndexEntry(term.pk, "", True, texts, place, {"section": ["glossary"]})


class NoteIndex(SearchIndex):
    weight = EDITORIAL

    def records(self):
        return super().records().select_related("line__document")

    def entry(self, note):
        document = note.line.document
        texts = both(document, "short_title")
        for language, parts in texts.items():
            parts[1] = in_language(note, "text", language)
        place = {
            "page": "library:document",
            "key": document.slug,
            "anchor": f"L{note.line.number}",
            "document": document.slug,
            "line": note.line.number,
        }
        facets = {"section": ["library"], "document": [str(document.number)]}
        return IndexEntry(note.pk, "", True, texts, place, facets, is_titled=False)


class LineIndex(SearchIndex):
    """Lines as they stand in the document, which only its administrators search."""

    def records(self):
        return super().records().select_related("document")

    def entry(self, line):
        texts = both(line.document, "short_title")
        texts[line.document.language][1] = f"{line.number} {line.text}"
        return IndexEntry(line.pk, "", False, texts, {}, {}, is_titled=False)


class CorrectionIndex(SearchIndex):
    """Slips in the documents, which only administrators search."""

    def entry(self, correction):
        texts = both(correction, "reason")
        for parts in texts.values():
            parts[1] = f"{correction.original}\n{correction.reading}"
        return IndexEntry(correction.pk, "", False, texts, {}, {})


@remembered
def concepts():
    """Return the names of each term of the glossary, in all languages."""
    return tuple(tuple(names) for names in names_of_terms())


def names_of_terms():
    columns = [f"{field}_{code}" for field in ["term", "forms"] for code in language_codes()]
    for acronym, *names in Term.objects.values_list("acronym", *columns):
        lines = [line for name in names for line in (name or "").split("\n")]
        yield [name for name in [*acronym.split(","), *lines] if name.strip()]


def register_indexes():
    register(CitedIndex(Article, "library", document="document"))
    register(NestedIndex(Paragraph, "library"))
    register(DocumentIndex(Document))
    register(TermIndex(Term))
    register(NoteIndex(Note))
    register(LineIndex(Line))
    register(CorrectionIndex(Correction))
    register_concepts(concepts)
