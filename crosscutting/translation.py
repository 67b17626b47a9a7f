"""The translated fields of each model."""

from modeltranslation.translator import TranslationOptions, register

from crosscutting.models import Commitment, Theme


@register(Theme)
class ThemeTranslation(TranslationOptions):
    fields = ["title"]


@register(Commitment)
class CommitmentTranslation(TranslationOptions):
    fields = ["text"]
