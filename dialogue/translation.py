"""The translated fields of each model."""

from modeltranslation.translator import TranslationOptions, register

from dialogue.models import Highlight, Round


@register(Round)
class RoundTranslation(TranslationOptions):
    fields = ["title", "place", "host", "subject"]


@register(Highlight)
class HighlightTranslation(TranslationOptions):
    fields = ["text"]
