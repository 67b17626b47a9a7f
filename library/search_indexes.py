"""The search indexes of cited models, documents, lines, corrections, notes and the glossary."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, cast

from django.db.models import Model, QuerySet
from django.db.models.expressions import BaseExpression

from history.content_version import cached_by_version
from languages.languages import language_codes, text_in_language
from library.codes import to_slug
from library.models import (
    Article,
    Cited,
    Container,
    Correction,
    Document,
    Line,
    NestedStatement,
    Note,
    Paragraph,
    Term,
)
from search.entries import IndexEntry, Place, SearchIndex
from search.indexing import register
from search.prepared_query import RowsByKey
from search.synonyms import register_concepts

# The weight of texts by the portal; texts from the documents have 1.
EDITORIAL_WEIGHT = 0.6


def texts_by_language(
    record: Model, title_fields: str, text_fields: str = ""
) -> dict[str, list[str]]:
    """Return a title and a text of a record by language, for IndexEntry.

    `title_fields` and `text_fields` are names of fields, separated by spaces.
    """
    return {
        code: [join_fields(record, title_fields, code), join_fields(record, text_fields, code)]
        for code in language_codes()
    }


def join_fields(record: Model, fields: str, language: str) -> str:
    """Return the texts of some fields in a language, one on each line, without empty ones."""
    return "\n".join(
        text for field in fields.split() if (text := text_in_language(record, field, language))
    )


class CitedIndex[M: Cited](SearchIndex[M]):
    """The index of a Cited model: containers with their titles, or statements with their texts.

    `section` is the value of the facet "section". `details` names further fields of a container
    that are searched, separated by spaces. `document` is the look-up of the source document.
    Rows of columns are read instead of model instances, which takes less time.
    """

    def __init__(
        self,
        model: type[M],
        section: str,
        depends_on: Mapping[str, str] | tuple[()] = (),
        details: str = "",
        document: str = "line__document",
    ) -> None:
        super().__init__(model)
        self.section = section
        self.document = document
        self.container_field = model.container_field
        self.is_statement = bool(self.container_field)
        self.text_fields = ["text"] if self.is_statement else details.split()
        self.container_model = cast(
            type[Container],
            model._meta.get_field(self.container_field).related_model
            if self.is_statement
            else model,
        )
        self.container_prefix = model.container_lookup_prefix()
        self.rows_by_key = RowsByKey(self.model, self.records)
        self.depends_on = dict(depends_on)
        if self.is_statement:
            self.depends_on[self.container_model._meta.label_lower] = self.container_field

    def columns(self) -> Collection[str]:
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

    def expressions(self) -> dict[str, BaseExpression]:
        """Return the expressions that entry() reads besides the columns, by name."""
        return {}

    def records(self) -> QuerySet[M, Any]:
        # Past the manager of django-modeltranslation, which takes as long as the query.
        expressions = self.expressions()
        query = QuerySet(self.model).annotate(**expressions)
        rows: QuerySet[M, Any] = query.values_list(*self.columns(), *expressions, named=True)
        return rows

    def records_by_key(self, keys: Iterable[int]) -> list[Any]:
        return self.rows_by_key(keys)

    def entry(self, row: Any) -> IndexEntry:
        def container_value(name: str) -> Any:
            return getattr(row, self.container_prefix + name)

        def text(name: str, language: str) -> str:
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

    def headings(self, row: Any, language: str) -> list[str]:
        """Return the texts above a statement in a language, besides the title of its container."""
        return []

    def facets(self, row: Any) -> dict[str, list[str]]:
        """Return the values of further facets of a row, by name."""
        return {}


class NestedIndex[M: NestedStatement](CitedIndex[M]):
    """The index of a NestedStatement model: the words of the parent find a statement too."""

    def __init__(self, model: type[M], section: str) -> None:
        super().__init__(model, section, {model._meta.label_lower: "parent"})

    def columns(self) -> Collection[str]:
        return [
            *super().columns(),
            *(f"parent__text_{code}" for code in language_codes()),
            "parent",
        ]

    def headings(self, row: Any, language: str) -> list[str]:
        return [getattr(row, f"parent__text_{language}") or ""] if row.parent else []


class DocumentIndex(SearchIndex[Document]):
    """Documents, by their titles and date."""

    weight = EDITORIAL_WEIGHT

    def entry(self, document: Document) -> IndexEntry:
        place = {"page": "library:document", "key": document.slug, "anchor": "", "line": None}
        facets = {"section": ["library"], "document": [str(document.number)]}
        texts = texts_by_language(document, "title", "short_title dating")
        return IndexEntry(document.pk, "", document.is_published, texts, place, facets)


class TermIndex(SearchIndex[Term]):
    """Terms, by all their names and their definition."""

    weight = EDITORIAL_WEIGHT

    def entry(self, term: Term) -> IndexEntry:
        texts = texts_by_language(term, "term", "definition")
        for language, parts in texts.items():
            names = [name.strip() for name in term.names(language)]
            parts[0] = "\n".join(dict.fromkeys(filter(None, [parts[0], *names])))
        place = {"page": "glossary:detail", "key": term.slug, "anchor": "", "line": None}
        return IndexEntry(term.pk, "", True, texts, place, {"section": ["glossary"]})


class NoteIndex(SearchIndex[Note]):
    """Editorial notes, under the title of their document."""

    weight = EDITORIAL_WEIGHT
    depends_on = {"library.document": "line__document"}

    def records(self) -> QuerySet[Note]:
        return super().records().select_related("line__document")

    def entry(self, note: Note) -> IndexEntry:
        document = note.line.document
        texts = texts_by_language(document, "short_title")
        for language, parts in texts.items():
            parts[1] = text_in_language(note, "text", language)
        place: Place = {
            "page": "library:document",
            "key": document.slug,
            "anchor": f"L{note.line.number}",
            "document": document.slug,
            "line": note.line.number,
        }
        facets = {"section": ["library"], "document": [str(document.number)]}
        return IndexEntry(note.pk, "", document.is_published, texts, place, facets, is_titled=False)


class LineIndex(SearchIndex[Line]):
    """Lines as in the document; only staff who may view lines find them."""

    depends_on = {"library.document": "document"}

    def records(self) -> QuerySet[Line]:
        return super().records().select_related("document")

    def entry(self, line: Line) -> IndexEntry:
        texts = texts_by_language(line.document, "short_title")
        texts[line.document.language][1] = f"{line.number} {line.text}"
        return IndexEntry(line.pk, "", False, texts, {}, {}, is_titled=False)


class CorrectionIndex(SearchIndex[Correction]):
    """Corrections; only staff who may view corrections find them."""

    def entry(self, correction: Correction) -> IndexEntry:
        texts = texts_by_language(correction, "reason")
        for parts in texts.values():
            parts[1] = f"{correction.original}\n{correction.reading}"
        return IndexEntry(correction.pk, "", False, texts, {}, {})


@cached_by_version
def concepts() -> tuple[tuple[str, ...], ...]:
    """Return the names of each term in all languages, for the thesaurus."""
    return tuple(tuple(names) for names in term_names())


def term_names() -> Iterator[list[str]]:
    """Yield the names of each term in all languages: acronyms, terms, forms."""
    columns = [f"{field}_{code}" for field in ["term", "forms"] for code in language_codes()]
    for acronym, *names in Term.objects.values_list("acronym", *columns):
        lines = [line for name in names for line in (name or "").split("\n")]
        yield [name for name in [*acronym.split(","), *lines] if name.strip()]


def register_indexes() -> None:
    """Register the search indexes of the library, and the glossary as thesaurus."""
    register(CitedIndex(Article, "library", document="document"))
    register(NestedIndex(Paragraph, "library"))
    register(DocumentIndex(Document))
    register(TermIndex(Term))
    register(NoteIndex(Note))
    register(LineIndex(Line))
    register(CorrectionIndex(Correction))
    register_concepts(concepts)
