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
from library.models.glossary import Headword, Term
from library.models.registry import CodeState, PageAddress, PublicWording, RegisteredCode

__all__ = [
    "Article",
    "Cited",
    "CitedQuerySet",
    "CodeState",
    "Container",
    "ContentModel",
    "ContentQuerySet",
    "Correction",
    "Document",
    "Headword",
    "Line",
    "NaturalKeyManager",
    "NestedStatement",
    "Note",
    "PageAddress",
    "Paragraph",
    "PublicWording",
    "RegisteredCode",
    "Statement",
    "Term",
    "natural_key_dependencies",
]
