"""Models of the library, and the abstract models on which goals, themes and rounds build."""

from library.models.articles import Article, Paragraph
from library.models.citing import (
    Cited,
    CitedQuerySet,
    Container,
    NestedStatement,
    PagePart,
    Statement,
)
from library.models.content import (
    ContentModel,
    ContentQuerySet,
    NaturalKeyManager,
    natural_key_dependencies,
)
from library.models.documents import Correction, Document, Line, Note, OfficialVersion
from library.models.editions import Correspondence, EditionContainer
from library.models.glossary import Headword, Term
from library.models.mentions import (
    IndexedPage,
    IndexedText,
    PageTerm,
    TermMention,
    TermName,
)
from library.models.placements import Place, Placement
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
    "Correspondence",
    "Document",
    "EditionContainer",
    "Headword",
    "IndexedPage",
    "IndexedText",
    "Line",
    "NaturalKeyManager",
    "NestedStatement",
    "Note",
    "OfficialVersion",
    "PageAddress",
    "PagePart",
    "PageTerm",
    "Paragraph",
    "Place",
    "Placement",
    "PublicWording",
    "RegisteredCode",
    "Statement",
    "Term",
    "TermMention",
    "TermName",
    "natural_key_dependencies",
]
