"""How the documents, what quotes them and the glossary are found."""

from bilingual.languages import codes as language_codes
from bilingual.languages import in_language
from bilingual.versions import remembered
from library.models import Article, Correction, Document, Line, Note, Paragraph, Term
from search.entries import Entry, Source
from search.indexing import register
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


class CitedSource(Source):
    """Titles and statements; `section` is the part of the portal that they stand in."""

    def __init__(self, model, section, follows=(), details=""):
        super().__init__(model)
        self.section = section
        self.details = details
        self.container = model.container_field
        self.follows = dict(follows)
        if self.container:
            self.follows[self.container_model()._meta.label_lower] = self.container

    def container_model(self):
        return self.model._meta.get_field(self.container).related_model

    def records(self):
        followed = ["line__document", self.container] if self.container else ["line__document"]
        return self.model._base_manager.select_related(*followed)

    def entry(self, record):
        container = getattr(record, self.container) if self.container else record
        texts = both(container, "title")
        for language, parts in texts.items():
            parts[0] = "\n".join([parts[0], *self.headings(record, language)])
            parts[1] = joined(record, "text" if self.container else self.details, language)
        document = record.source_document
        place = {
            "page": container.page,
            "key": str(getattr(container, container.key_field)),
            "anchor": record.anchor if self.container else "",
            "form": [container._meta.label_lower, container.pk],
            "document": document.slug if document else "",
            "line": record.line.number if record.line else None,
        }
        facets = {
            "section": [self.section],
            "document": [str(document.number)] if document else [],
            **self.facets(container),
        }
        return Entry(
            record.pk,
            record.code,
            container.is_published,
            texts,
            place,
            facets,
            is_titled=not self.container,
            above=(container.code,) if self.container else (),
        )

    def headings(self, record, language):
        """Return the texts that a statement stands under, besides its container's title."""
        return []

    def facets(self, container):
        return {}


class NestedSource(CitedSource):
    """Statements that may stand under others, by whose words they are found too."""

    def __init__(self, model, section):
        super().__init__(model, section, {model._meta.label_lower: "parent"})

    def records(self):
        return super().records().select_related("parent")

    def headings(self, record, language):
        return [in_language(record.parent, "text", language)] if record.parent else []


class ParagraphSource(NestedSource):
    def records(self):
        return super().records().select_related("article__document")


class DocumentSource(Source):
    weight = EDITORIAL

    def entry(self, document):
        place = {"page": "library:document", "key": document.slug, "anchor": "", "line": None}
        facets = {"section": ["library"], "document": [str(document.number)]}
        texts = both(document, "title", "short_title dating")
        return Entry(document.pk, "", True, texts, place, facets)


class TermSource(Source):
    weight = EDITORIAL

    def entry(self, term):
        texts = both(term, "term", "definition")
        for language, parts in texts.items():
            names = [name.strip() for name in term.names(language)]
            parts[0] = "\n".join(dict.fromkeys(filter(None, [parts[0], *names])))
        place = {"page": "glossary:detail", "key": term.slug, "anchor": "", "line": None}
        return Entry(term.pk, "", True, texts, place, {"section": ["glossary"]})


class NoteSource(Source):
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
        return Entry(note.pk, "", True, texts, place, facets, is_titled=False)


class LineSource(Source):
    """Lines as they stand in the document, which only its administrators search."""

    def records(self):
        return super().records().select_related("document")

    def entry(self, line):
        texts = both(line.document, "short_title")
        texts[line.document.language][1] = f"{line.number} {line.text}"
        return Entry(line.pk, "", False, texts, {}, {}, is_titled=False)


class CorrectionSource(Source):
    """Slips in the documents, which only administrators search."""

    def entry(self, correction):
        texts = both(correction, "reason")
        for parts in texts.values():
            parts[1] = f"{correction.original}\n{correction.reading}"
        return Entry(correction.pk, "", False, texts, {}, {})


@remembered
def concepts():
    """Return the names of each term of the glossary, in all languages."""
    return tuple(tuple(names) for names in names_of_terms())


def names_of_terms():
    columns = [f"{field}_{code}" for field in ["term", "forms"] for code in language_codes()]
    for acronym, *names in Term.objects.values_list("acronym", *columns):
        lines = [line for name in names for line in (name or "").split("\n")]
        yield [name for name in [*acronym.split(","), *lines] if name.strip()]


def register_sources():
    register(CitedSource(Article, "library"))
    register(ParagraphSource(Paragraph, "library"))
    register(DocumentSource(Document))
    register(TermSource(Term))
    register(NoteSource(Note))
    register(LineSource(Line))
    register(CorrectionSource(Correction))
    register_concepts(concepts)
