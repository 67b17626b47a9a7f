"""The search indexes of cited models, documents, lines, corrections, notes and the glossary."""

from django.db.models import QuerySet

from history.content_version import cached_by_version
from languages.languages import language_codes, text_in_language
from library.codes import to_slug
from library.models import Article, Correction, Document, Line, Note, Paragraph, Term
from search.entries import IndexEntry, SearchIndex
from search.indexing import register
from search.prepared_query import RowsByKey
from search.synonyms import register_concepts

# The weight of texts by the portal; texts from the documents have 1.
EDITORIAL_WEIGHT = 0.6


def texts_by_language(record, title_fields, text_fields=""):
    """Return {language: [title, text]} of a record, for IndexEntry.

    `title_fields` and `text_fields` are names of fields, separated by spaces.
    """
    return {
        code: [join_fields(record, title_fields, code), join_fields(record, text_fields, code)]
        for code in language_codes()
    }


def join_fields(record, fields, language):
    """Return the texts of some fields in a language, one on each line, without empty ones."""
    return "\n".join(
        text for field in fields.split() if (text := text_in_language(record, field, language))
    )


class CitedIndex(SearchIndex):
    """The index of a Cited model: containers with their titles, or statements with their texts.

    `section` is the value of the facet "section". `details` names further fields of a container
    that are searched, separated by spaces. `document` is the look-up of the source document.
    Rows of columns are read instead of model instances, which takes less time.
    """

    def __init__(self, model, section, depends_on=(), details="", document="line__document"):
        super().__init__(model)
        self.section = section
        self.document = document
        self.container_field = model.container_field
        self.is_statement = bool(self.container_field)
        self.text_fields = ["text"] if self.is_statement else details.split()
        self.container_model = (
            model._meta.get_field(self.container_field).related_model
            if self.is_statement
            else model
        )
        self.container_prefix = model.container_lookup_prefix()
        self.records_by_key = RowsByKey(self.model, self.records)
        self.depends_on = dict(depends_on)
        if self.is_statement:
            self.depends_on[self.container_model._meta.label_lower] = self.container_field

    def columns(self):
        """Return the names of the columns that entry() reads, each once."""
        own = ["pk", "code", "line__number", f"{self.document}__slug", f"{self.document}__number"]
        of_container = ["pk", "code", "is_published", self.container_model.key_field]
        text_fields = [f"{self.container_prefix}title", *self.text_fields]
        return dict.fromkeys(
            [
                *own,
                *(f"{self.container_prefix}{name}" for name in of_container),
                *(f"{name}_{code}" for name in text_fields for code in language_codes()),
            ]
        )

    def expressions(self):
        """Return {name: query expression} that entry() reads besides the columns."""
        return {}

    def records(self):
        # Past the manager of django-modeltranslation, which takes as long as the query.
        expressions = self.expressions()
        query = QuerySet(self.model).annotate(**expressions)
        return query.values_list(*self.columns(), *expressions, named=True)

    def entry(self, row):
        def container_value(name):
            return getattr(row, self.container_prefix + name)

        def text(name, language):
            return getattr(row, f"{name}_{language}") or ""

        texts = {
            code: [
                "\n".join([text(f"{self.container_prefix}title", code), *self.headings(row, code)]),
                "\n".join(filter(None, (text(name, code) for name in self.text_fields))),
            ]
            for code in language_codes()
        }
        number = getattr(row, f"{self.document}__number")
        place = {
            "page": self.container_model.page,
            "key": str(container_value(self.container_model.key_field)),
            "anchor": to_slug(row.code) if self.is_statement else "",
            "form": [self.container_model._meta.label_lower, container_value("pk")],
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
            bool(container_value("is_published")),
            texts,
            place,
            facets,
            is_titled=not self.is_statement,
            above=(container_value("code"),) if self.is_statement else (),
        )

    def headings(self, row, language):
        """Return the texts above a statement in a language, besides the title of its container."""
        return []

    def facets(self, row):
        """Return further facets of a row: {name: list of values}."""
        return {}


class NestedIndex(CitedIndex):
    """The index of a NestedStatement model: the words of the parent find a statement too."""

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
    """Documents, by their titles and date."""

    weight = EDITORIAL_WEIGHT

    def entry(self, document):
        place = {"page": "library:document", "key": document.slug, "anchor": "", "line": None}
        facets = {"section": ["library"], "document": [str(document.number)]}
        texts = texts_by_language(document, "title", "short_title dating")
        return IndexEntry(document.pk, "", True, texts, place, facets)


class TermIndex(SearchIndex):
    """Terms, by all their names and their definition."""

    weight = EDITORIAL_WEIGHT

    def entry(self, term):
        texts = texts_by_language(term, "term", "definition")
        for language, parts in texts.items():
            names = [name.strip() for name in term.names(language)]
            parts[0] = "\n".join(dict.fromkeys(filter(None, [parts[0], *names])))
        place = {"page": "glossary:detail", "key": term.slug, "anchor": "", "line": None}
        return IndexEntry(term.pk, "", True, texts, place, {"section": ["glossary"]})


class NoteIndex(SearchIndex):
    """Editorial notes, under the title of their document."""

    weight = EDITORIAL_WEIGHT

    def records(self):
        return super().records().select_related("line__document")

    def entry(self, note):
        document = note.line.document
        texts = texts_by_language(document, "short_title")
        for language, parts in texts.items():
            parts[1] = text_in_language(note, "text", language)
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
    """Lines as in the document; only staff who may view lines find them."""

    def records(self):
        return super().records().select_related("document")

    def entry(self, line):
        texts = texts_by_language(line.document, "short_title")
        texts[line.document.language][1] = f"{line.number} {line.text}"
        return IndexEntry(line.pk, "", False, texts, {}, {}, is_titled=False)


class CorrectionIndex(SearchIndex):
    """Corrections; only staff who may view corrections find them."""

    def entry(self, correction):
        texts = texts_by_language(correction, "reason")
        for parts in texts.values():
            parts[1] = f"{correction.original}\n{correction.reading}"
        return IndexEntry(correction.pk, "", False, texts, {}, {})


@cached_by_version
def concepts():
    """Return a tuple with the names of each term in all languages, for the thesaurus."""
    return tuple(tuple(names) for names in term_names())


def term_names():
    """Yield a list of the names of each term in all languages: acronyms, terms, forms."""
    columns = [f"{field}_{code}" for field in ["term", "forms"] for code in language_codes()]
    for acronym, *names in Term.objects.values_list("acronym", *columns):
        lines = [line for name in names for line in (name or "").split("\n")]
        yield [name for name in [*acronym.split(","), *lines] if name.strip()]


def register_indexes():
    """Register the search indexes of the library, and the glossary as thesaurus."""
    register(CitedIndex(Article, "library", document="document"))
    register(NestedIndex(Paragraph, "library"))
    register(DocumentIndex(Document))
    register(TermIndex(Term))
    register(NoteIndex(Note))
    register(LineIndex(Line))
    register(CorrectionIndex(Correction))
    register_concepts(concepts)
