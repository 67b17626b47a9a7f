"""The translated fields of each model."""

from modeltranslation.translator import TranslationOptions, register

from library.models import (
    Article,
    Correction,
    Correspondence,
    Document,
    Line,
    Note,
    OfficialVersion,
    Paragraph,
    RegisteredCode,
    Term,
)


@register(Document)
class DocumentTranslation(TranslationOptions):
    fields = ["title", "short_title", "dating", "publisher"]


@register(OfficialVersion)
class OfficialVersionTranslation(TranslationOptions):
    fields: list[str] = []


@register(Line)
class LineTranslation(TranslationOptions):
    fields = ["boilerplate"]


@register(Correction)
class CorrectionTranslation(TranslationOptions):
    fields = ["reason"]


@register(Note)
class NoteTranslation(TranslationOptions):
    fields = ["text"]


@register(Correspondence)
class CorrespondenceTranslation(TranslationOptions):
    fields = ["reason"]


@register(Article)
class ArticleTranslation(TranslationOptions):
    fields = ["title"]


@register(Paragraph)
class ParagraphTranslation(TranslationOptions):
    fields = ["text"]


@register(RegisteredCode)
class RegisteredCodeTranslation(TranslationOptions):
    fields = ["reason"]


@register(Term)
class TermTranslation(TranslationOptions):
    fields = ["term", "definition", "forms"]
    # The forms of one language are not translations of those of the other.
    unpaired = ["forms"]
