"""Models of the library, and the abstract models on which goals, themes and rounds build."""

from library.models.articles import Article, Paragraph
from library.models.citing import Cited, CitedQuerySet, Container, NestedStatement, Statement
from library.models.content import (
    ContentModel,
    ContentQuerySet,
    NaturalKeyManager,
    natural_key_dependencies,
)
from library.models.documents import Correction, Document, Line, Note
from library.models.glossary import Term

__all__ = [
    "Article",
    "Cited",
    "CitedQuerySet",
    "Container",
    "ContentModel",
    "ContentQuerySet",
    "Correction",
    "Document",
    "Line",
    "NaturalKeyManager",
    "NestedStatement",
    "Note",
    "Paragraph",
    "Statement",
    "Term",
    "natural_key_dependencies",
]
